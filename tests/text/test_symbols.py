"""Characters as fonts and programs write them, as the ones that are meant."""

from mailbot.text.symbols import styled


def test_radicals_that_a_printer_wrote_are_characters() -> None:
    assert styled("⽤⼼炼钢，⾼端升级，⻔⻋⻰⻥") == "用心炼钢，高端升级，门车龙鱼"
