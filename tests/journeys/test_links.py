"""Videos that lie behind links."""

from tests.journeys.material import Work, form, mail
from tests.journeys.stage import Stage


def test_a_link_cell_gives_address_code_and_provider_each_in_its_place(stage: Stage) -> None:
    cell = "链接：https://pan.baidu.com/s/1abcDEF 提取码：x2y3"
    stage.receive(mail(("表.docx", form(Work("智造未来", link=cell)))))
    told = stage.query("SELECT l.url, l.code, l.provider FROM entries e JOIN links l ON l.id = e.link_id")
    assert told == [{"url": "https://pan.baidu.com/s/1abcDEF", "code": "x2y3", "provider": "baidu"}]
    assert len(stage.entries()) == 1


def test_rows_with_links_that_begin_alike_keep_their_own(stage: Stage) -> None:
    rows = [Work(f"作品{name}", link=f"pan.baidu.com/s/1{name}") for name in ("a", "ab", "abc")]
    stage.receive(mail(("表.docx", form(*rows))))
    told = stage.query("SELECT e.title, l.url FROM entries e JOIN links l ON l.id = e.link_id ORDER BY e.seq")
    assert [row["url"].rpartition("/")[2] for row in told] == ["1a", "1ab", "1abc"]
