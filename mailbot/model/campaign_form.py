"""What the campaign's form asks for, as data: the official 推荐汇总表 where the config says nothing else."""

from dataclasses import dataclass
from enum import StrEnum
from typing import Annotated, Final

from annotated_types import MinLen


class FieldKind(StrEnum):
    """What a field of the form is. All but the last three are roles: each stands at most once in a form."""

    TITLE = "title"
    CHOICE = "choice"
    """One or several of `campaign.themes`."""
    LINK = "link"
    PERSON = "person"
    PHONE = "phone"
    UNIT = "unit"
    RECOMMENDER = "recommender"
    TEXT = "text"
    NUMBER = "number"
    DATE = "date"

    @property
    def is_role(self) -> bool:
        """Whether an entry has a column of its own for it; the others are kept in `extra`."""
        return self not in {FieldKind.TEXT, FieldKind.NUMBER, FieldKind.DATE}


@dataclass(frozen=True)
class FormField:
    """`[[form.fields]]`: one field of the form.

    Attributes:
        name: the key in JSON and of `edit --set`: letters, digits, `_`.
        label: as people read it: letters, workbook, findings.
        kind: what it is.
        also: other labels it is known by in forms.
        required: a row without it is incomplete.
    """

    name: Annotated[str, MinLen(1)]
    label: Annotated[str, MinLen(1)]
    kind: FieldKind = FieldKind.TEXT
    also: tuple[str, ...] = ()
    required: bool = False


OFFICIAL: Final = (
    FormField("unit", "单位名称", FieldKind.UNIT),
    FormField("recommender", "推荐单位联系人及联系方式", FieldKind.RECOMMENDER),
    FormField("title", "视频作品名称", FieldKind.TITLE, required=True),
    FormField("themes", "征选主题", FieldKind.CHOICE, required=True),
    FormField("link", "视频链接", FieldKind.LINK),
    FormField("contact", "联系人", FieldKind.PERSON, required=True),
    FormField("phone", "手机号码", FieldKind.PHONE, required=True),
)
"""推荐汇总表, 附件2 of the notice, in its own order."""


@dataclass(frozen=True)
class CampaignForm:
    """`[form]`: the campaign's form.

    Attributes:
        fields: what it asks for, in the order of letters and workbook.
    """

    fields: tuple[FormField, ...] = OFFICIAL

    def of(self, kind: FieldKind) -> FormField | None:
        """The field of a role; None where the campaign does not ask for it."""
        return next((one for one in self.fields if one.kind is kind), None)

    def called(self, name: str) -> FormField | None:
        """The field of this name or label; None where the form asks for no such thing."""
        return next((one for one in self.fields if name in {one.name, one.label, *one.also}), None)

    @property
    def extra(self) -> tuple[FormField, ...]:
        """The fields without a role, whose values stand in `FormRow.extra` and `Entry.extra`."""
        return tuple(one for one in self.fields if not one.kind.is_role)


@dataclass(frozen=True)
class FormRules:
    """All that reading a form depends on besides the file.

    Attributes:
        form: what it asks for.
        themes: the campaign's, in its order.
        rows: works that are read from one form, at most.
    """

    form: CampaignForm
    themes: tuple[str, ...]
    rows: int = 500

    @property
    def choices(self) -> tuple[str, ...]:
        """What a row may choose among; empty where the form asks for no choice."""
        return self.themes if self.form.of(FieldKind.CHOICE) is not None else ()
