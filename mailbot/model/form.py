"""A recommendation form (推荐汇总表) as a careful clerk reads it."""

from collections.abc import Mapping
from dataclasses import dataclass, field

from mailbot.model.finding import Finding
from mailbot.model.mail import Link


@dataclass(frozen=True, slots=True)
class FormRow:
    """One work, one row.

    Attributes:
        title: as written, with its own marks; empty where blank.
        themes: the ticked themes, in the campaign's order.
        link: the 视频链接 cell's address, or its text where it holds none.
        contact: the 联系人 cell.
        phone: digits, with `-` kept in a landline; as written where it is no phone number.
        doubts: names of fields that a person must confirm, never guessed.
        unit: the work's own unit, where the form has a column for it that says another than the form's; else empty.
        extra: the campaign's other fields (`CampaignForm.extra`) by their names; without those left blank.
    """

    title: str = ""
    themes: tuple[str, ...] = ()
    link: str = ""
    contact: str = ""
    phone: str = ""
    doubts: tuple[str, ...] = ()
    unit: str = ""
    extra: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Form:
    """One form.

    Attributes:
        unit: 单位名称; empty for an individual.
        recommender: the text behind 推荐单位联系人及联系方式, as written.
        rows: the filled rows, in their order.
        scanned: read by OCR.
        doubts: names of the form's own fields that a person must confirm.
    """

    unit: str = ""
    recommender: str = ""
    rows: tuple[FormRow, ...] = ()
    scanned: bool = False
    doubts: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class FormReading:
    """What reading one file as a form gave.

    Attributes:
        form: None where the file is no form, or none that can be read.
        findings: `form-*` and `row-*` findings of this file; empty with `form` None means: not a form at all.
        pictures: as in `Document`: where no form was understood they are looked at.
        links: that it holds outside the works' own cells.
    """

    form: Form | None
    findings: tuple[Finding, ...] = ()
    pictures: tuple[int, ...] = ()
    links: tuple[Link, ...] = ()
