"""The fields of a form by the names that organizers use for them in an order. Pure."""

from collections.abc import Mapping
from typing import Final

from mailbot.model.campaign_form import CampaignForm, FieldKind

SPOKEN: Final[Mapping[FieldKind, frozenset[str]]] = {
    FieldKind.TITLE: frozenset({"标题", "题目", "作品", "名称", "作品名", "作品名称", "作品标题", "视频名称", "片名"}),
    FieldKind.CHOICE: frozenset({"主题", "类别", "组别", "征选主题", "作品主题"}),
    FieldKind.PERSON: frozenset({"联系人", "姓名", "联系人姓名"}),
    FieldKind.PHONE: frozenset({"手机", "电话", "手机号", "手机号码", "联系电话", "电话号码", "联系方式"}),
    FieldKind.UNIT: frozenset({"单位", "单位名称", "作者单位", "报送单位"}),
    FieldKind.RECOMMENDER: frozenset({"推荐单位", "推荐人", "推荐单位联系人"}),
}
"""Besides a field's own name and labels, which come first."""


def in_the_forms_words(form: CampaignForm, value: str) -> str:
    """`标题=绿动云岭` as the form calls it: `title=绿动云岭`; what it does not ask for stays as it is."""
    name, equals, text = value.partition("=")
    if form.called(name) is not None:
        return value
    kind = next((kind for kind, names in SPOKEN.items() if name in names), None)
    field = form.of(kind) if kind is not None else None
    return f"{field.name}{equals}{text}" if field is not None else value
