"""What a clause of a sender's own words says."""

import pytest

from mailbot.text.moods import Mood, read_words


def moods(body: str) -> list[set[Mood]]:
    known = {Mood.TAKES_BACK, Mood.NEEDS_WORK, Mood.KEEPS, Mood.ASKS, Mood.CORRECTS, Mood.RESTORES, Mood.OF_A_MAIL}
    return [set(clause.moods & known) for clause in read_words("", body).clauses]


@pytest.mark.parametrize(
    ("body", "said"),
    [
        ("我单位撤稿", [{Mood.TAKES_BACK}]),
        ("現申請撤回《云端》", [{Mood.NEEDS_WORK}]),
        ("请勿撤回，谢谢", [{Mood.KEEPS, Mood.NEEDS_WORK}, set()]),
        ("《撤退》请查收", [set()]),
        ("《更正》能否恢复？", [{Mood.ASKS, Mood.RESTORES}]),
        ("上一封邮件作废；以此为准", [{Mood.OF_A_MAIL}, {Mood.CORRECTS}]),
        ("请取消 GYQG-2024-0001", [{Mood.NEEDS_WORK}]),
        ("请恢复。\n----- 原始邮件 -----\n撤稿", [{Mood.RESTORES}]),
    ],
)
def test_a_clause_has_the_moods_of_its_words_outside_titles(body: str, said: list[set[Mood]]) -> None:
    assert moods(body) == said


def test_a_title_stays_in_the_clause_that_it_was_taken_from() -> None:
    words = read_words("撤回《甲，乙》", "“丙”和《丁》。《》撤稿")
    assert [clause.text for clause in words.clauses] == ["撤回《甲,乙》", "“丙”和《丁》", "《》撤稿"]
