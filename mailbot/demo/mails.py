"""The mails of the demo: what submitters really send, with invented names, in the campaign's last week."""

from collections.abc import Mapping
from dataclasses import replace
from datetime import datetime
from io import BytesIO
from pathlib import Path
from typing import Final
from zipfile import ZipFile
from zoneinfo import ZoneInfo

from mailbot.demo.films import FilmRecipe
from mailbot.demo.forms import FilledForm, Row, as_docx, as_html, as_text, as_xlsx
from mailbot.demo.post import MailFile, Person, SubmitterMail

ZONE: Final = ZoneInfo("Asia/Shanghai")
FORM: Final = "附件2：推荐汇总表.docx"

XINGHE = Person("陈一帆", "chenyf@xinghe.example.com")
LINGNAN = Person("岭南轴承宣传部", "xuanchuan@lingnan.example.com")
YUNLING = Person("周工", "zhou@yunling.example.com")
ALONE = Person("何晓", "hexiao@example.org")
HAITIAN = Person("海天重工 林静", "linjing@haitian.example.com")
CLERK = Person("市工信局科技科 吴敏", "wumin@bureau.example.org")
VACATION = Person("徐主任", "xu@museum.example.org")
MUSEUM = Person("纺织博物馆", "office@museum.example.org")
LINK = Person("北方风电 高原", "gaoyuan@beifang.example.com")
CURIOUS = Person("沈女士", "shen@example.org")
COPYIST = Person("星河传媒", "media@xinghe-media.example.com")
ZIPPER = Person("东港造船 吕航", "lvhang@donggang.example.com")
LATECOMER = Person("秦川机床 马奔", "maben@qinchuan.example.com")

FUTURE = FilmRecipe(1)
BEARINGS = (FilmRecipe(2, 62), FilmRecipe(3, 70), FilmRecipe(4, 64, upright=True))
GLIMPSE = FilmRecipe(5, 42)
OLD_WORKSHOP = FilmRecipe(6, 66, height=720)
HANDICRAFT = FilmRecipe(7, 63)
CRANE, HARBOUR = FilmRecipe(8), FilmRecipe(9, 61)
LOOM = FilmRecipe(10, 68)
BATCH = (FilmRecipe(11, 62), FilmRecipe(12, 66), FilmRecipe(13, 70))
SHIP, DOCK = FilmRecipe(14, 64), FilmRecipe(15, 65, container="matroska")
TOO_LATE = FilmRecipe(16, 66)
FILMS: Final = (
    FUTURE, *BEARINGS, GLIMPSE, OLD_WORKSHOP, HANDICRAFT, CRANE, HARBOUR, LOOM, *BATCH, SHIP, DOCK, TOO_LATE
)  # fmt: skip

Films = Mapping[FilmRecipe, Path]


def _at(month: int, day: int, hour: int, minute: int) -> datetime:
    return datetime(2024, month, day, hour, minute, tzinfo=ZONE)


def _video(filename: str, film: FilmRecipe, films: Films) -> MailFile:
    return MailFile(filename, films[film].read_bytes())


def _form(unit: str, *rows: Row, recommender: str = "", filename: str = FORM) -> MailFile:
    return MailFile(filename, as_docx(FilledForm(unit, rows, recommender)))


def letters(films: Films) -> tuple[SubmitterMail, ...]:
    """Every mail, in the order of arrival."""
    good = _good(films)
    told = (
        good,
        _several(films),
        _against_the_rules(films),
        _without_form(films),
        _one_video_short(films),
        _the_missing_video(films),
        _vacation(),
        _workbook(films),
        _by_link(),
        _question(),
        _once_more(good),
        _same_film_elsewhere(films),
        _batch(films),
        _archive(films),
        _late(films),
    )
    return tuple(sorted(told, key=lambda letter: letter.received_at))


def _good(films: Films) -> SubmitterMail:
    row = Row("智造未来", ("数智赋能",), "陈一帆", "13800000001")
    return SubmitterMail(
        XINGHE,
        _at(7, 29, 9, 12),
        "【报送】星河智能-工业强国短视频",
        "您好：\n\n现报送我公司参选作品《智造未来》，推荐汇总表和视频见附件，请查收。\n\n星河智能装备有限公司 陈一帆",
        files=[
            _form("星河智能装备有限公司", row, recommender="市工业和信息化局 吴敏 0571-00000000"),
            _video("《智造未来》-星河智能.mp4", FUTURE, films),
        ],
    )


def _several(films: Films) -> SubmitterMail:
    rows = (
        Row("一颗滚珠的旅程", ("高端升级", "数智赋能"), "黄海", "13800000002"),
        Row("静音车间", ("绿色低碳",), "黄海", "13800000002"),
        Row("夜班", ("高端升级",), "黄海", "13800000002"),
    )
    names = ("01-一颗滚珠的旅程.mp4", "02-静音车间（终版）.mp4", "03-夜班（竖屏）.mp4")
    return SubmitterMail(
        LINGNAN,
        _at(7, 29, 15, 40),
        "岭南精密轴承短视频征选作品（3部）",
        "各位老师好，我公司共报送三部作品，汇总表一份、视频三个，均在附件中。",
        files=[
            _form("岭南精密轴承股份有限公司", *rows),
            *(_video(name, film, films) for name, film in zip(names, BEARINGS, strict=True)),
        ],
        charset="gb18030",
    )


def _against_the_rules(films: Films) -> SubmitterMail:
    rows = (
        Row("一分钟看产线", ("数智赋能",), "周立", "13800000003"),
        Row("老厂新生", ("绿色低碳",), "周立", "13800000003"),
    )
    return SubmitterMail(
        YUNLING,
        _at(7, 30, 8, 55),
        "云岭机械厂参选视频",
        "附件为我厂两部参选视频和推荐汇总表。",
        files=[
            _form("云岭机械厂", *rows),
            _video("一分钟看产线.mp4", GLIMPSE, films),
            _video("老厂新生.mp4", OLD_WORKSHOP, films),
        ],
    )


def _without_form(films: Films) -> SubmitterMail:
    return SubmitterMail(
        ALONE,
        _at(7, 30, 10, 20),
        "个人投稿：榫卯与机床",
        "老师好，我是个人参选，作品见附件，请问这样就可以了吗？\n何晓 13800000004",
        files=[_video("榫卯与机床.mp4", HANDICRAFT, films)],
    )


def _one_video_short(films: Films) -> SubmitterMail:
    rows = (
        Row("龙门吊", ("高端升级",), "林静", "13800000005"),
        Row("港口的清晨", ("绿色低碳",), "林静", "13800000005"),
        Row("焊花", ("高端升级",), "林静", "13800000005"),
    )
    return SubmitterMail(
        HAITIAN,
        _at(7, 30, 11, 5),
        "海天重工-短视频征选报送材料",
        "您好，附件较大，先发送推荐汇总表和第一个视频，其余随后补发。",
        files=[_form("海天重工集团", *rows), _video("龙门吊.mp4", CRANE, films)],
    )


def _the_missing_video(films: Films) -> SubmitterMail:
    return SubmitterMail(
        HAITIAN,
        _at(7, 30, 16, 48),
        "补发视频：港口的清晨",
        "您好，补发《港口的清晨》视频，请查收。",
        files=[_video("港口的清晨.mp4", HARBOUR, films)],
    )


def _vacation() -> SubmitterMail:
    return SubmitterMail(
        VACATION,
        _at(7, 30, 17, 2),
        "自动回复：关于短视频征选活动的通知",
        "您好，我正在休假，8月5日返回，邮件将在返回后处理。",
        headers=[("Auto-Submitted", "auto-replied")],
    )


def _workbook(films: Films) -> SubmitterMail:
    form = FilledForm("江南纺织博物馆", [Row("一台织机的百年", ("高端升级", "绿色低碳"), "苏婉", "13800000006")])
    return SubmitterMail(
        MUSEUM,
        _at(7, 31, 9, 0),
        "江南纺织博物馆参选作品",
        "现将我馆参选作品及推荐汇总表（Excel版）发送给您。",
        files=[MailFile("推荐汇总表.xlsx", as_xlsx(form)), _video("一台织机的百年.mp4", LOOM, films)],
    )


def _by_link() -> SubmitterMail:
    link = "https://pan.baidu.com/s/1demoDEMOdemoDEMOdemo00"
    form = FilledForm("北方风电有限公司", [Row("追风的人", ("绿色低碳",), "高原", "13800000007", link)])
    greeting, told = "您好，视频超过附件上限，已上传网盘：", f"链接：{link} 提取码：d3m0"
    return SubmitterMail(
        LINK,
        _at(7, 31, 10, 31),
        "北方风电《追风的人》参选",
        f"{greeting}\n{told}\n\n{as_text(form)}",
        html=f"<p>{greeting}</p><p>{told}</p>{as_html(form)}",
    )


def _question() -> SubmitterMail:
    return SubmitterMail(
        CURIOUS,
        _at(7, 31, 11, 11),
        "咨询：个人可以报名吗？",
        "您好，请问个人可以参加本次活动吗？一共需要准备哪些材料？谢谢！",
    )


def _once_more(good: SubmitterMail) -> SubmitterMail:
    return replace(good, received_at=_at(7, 31, 14, 26))


def _same_film_elsewhere(films: Films) -> SubmitterMail:
    row = Row("未来工厂", ("数智赋能",), "罗佳", "13800000008")
    return SubmitterMail(
        COPYIST,
        _at(7, 31, 15, 3),
        "星河传媒报送作品",
        "附件为我公司选送的作品《未来工厂》，请查收。",
        files=[_form("星河传媒有限公司", row), _video("未来工厂.mp4", FUTURE, films)],
    )


def _batch(films: Films) -> SubmitterMail:
    works = (
        ("青山水泥有限公司", Row("窑火不熄", ("绿色低碳",), "丁亮", "13800000011")),
        ("华光电子厂", Row("微米之间", ("高端升级",), "范薇", "13800000012")),
        ("长风物流装备", Row("会思考的仓库", ("数智赋能",), "邵强", "13800000013")),
    )
    recommender = "市工业和信息化局科技科 吴敏 0571-00000000"
    files: list[MailFile] = []
    for place, ((unit, row), film) in enumerate(zip(works, BATCH, strict=True), 1):
        files.append(_form(unit, row, recommender=recommender, filename=f"推荐汇总表-{unit}.docx"))
        files.append(_video(f"{place:02d}-《{row.title}》-{unit}.mp4", film, films))
    return SubmitterMail(
        CLERK,
        _at(7, 31, 16, 30),
        "转发：我市工业强国短视频推荐作品",
        "组委会：\n\n现将我市三家企业的推荐材料转上，请查收。\n\n市工业和信息化局科技科 吴敏\n\n"
        "------------------ 原始邮件 ------------------\n"
        "发件人: 青山水泥 <dingliang@qingshan.example.com>\n"
        "发送时间: 2024年7月29日(星期一) 上午10:05\n"
        "收件人: 吴敏 <wumin@bureau.example.org>\n"
        "主题: 青山水泥短视频材料\n\n吴科长，您好，我公司的材料见附件。",
        files=files,
    )


def _archive(films: Films) -> SubmitterMail:
    rows = (
        Row("巨轮下水", ("高端升级",), "吕航", "13800000009"),
        Row("船坞十二时辰", ("高端升级",), "吕航", "13800000009"),
    )
    packed = BytesIO()
    with ZipFile(packed, "w") as archive:
        archive.writestr(FORM, _form("东港造船有限公司", *rows).content)
        archive.write(films[SHIP], "视频/巨轮下水.mp4")
        archive.write(films[DOCK], "视频/船坞十二时辰.mp4")
    return SubmitterMail(
        ZIPPER,
        _at(7, 31, 22, 17),
        "东港造船参选材料（压缩包）",
        "推荐汇总表和两部视频一并打包，请解压查看。",
        files=[MailFile("东港造船参选材料.zip", packed.getvalue())],
    )


def _late(films: Films) -> SubmitterMail:
    row = Row("毫厘之争", ("高端升级",), "马奔", "13800000010")
    return SubmitterMail(
        LATECOMER,
        _at(8, 1, 8, 40),
        "秦川机床参选作品",
        "抱歉发送晚了，附件为我厂参选作品，望予以接收。",
        files=[_form("秦川机床厂", row), _video("毫厘之争.mp4", TOO_LATE, films)],
    )
