"""Names of units: made comparable, written one way, found in a text. Pure."""

import re
from typing import Final

from mailbot.text.folding import bare, folded

FORM: Final = re.compile(
    r"(?:(?:股份|集团|控股|实业|发展)*(?:有限责任|股份|集团)?(?:有限)?(?:总|分|子)?公司|集团|总厂|厂|研究院|研究所|博物馆|中心)$"
)
"""What a unit is, at the end of its name: 云岭重工有限公司 is called 云岭重工."""
PLACE: Final = re.compile(r"^(?:(?:中国|[^省市区县州盟]{2,4}(?:省|自治区)|[^省市区县州盟]{2,3}(?:市|州|盟))(?=.{2}))+")
SHORTEST: Final = 2
"""Characters that a short name of a unit, or of a work, has at least."""
WORDS: Final = re.compile(r"[^\s,，、;；:：/|（）()【】\[\]]+")
ORGANIZATION: Final = re.compile(
    r"[\u4e00-\u9fff·]{2,40}?(?:委员会|人民政府|工信厅|工信局|厅|局|中心|协会|学会|联合会|商会|集团(?:股份)?(?:有限|有限责任)?(?:公司)?|公司|大学|学院|学校|研究院|研究所"
    r"|博物馆|馆|基金会|管委会|办公室|委)"
)
"""The shortest beginning of a word that names an organization: 云岭市工业和信息化局 of 云岭市工业和信息化局科技科."""
OFFICE: Final = re.compile(r"(?:厅|局|委|委员会|人民政府|管委会|办公室|中心|协会|学会|联合会|商会|基金会)$")
"""What recommends works of others by its office."""
_WITHIN: Final = re.compile(r"[（(]([\u4e00-\u9fff]{2,4})[）)](?=[\u4e00-\u9fff])")
"""A bracket within a name: 云岭重工（集团）有限公司."""
_SEAL: Final = re.compile(r"[（(](?:盖章|公章|签章|章)[)）]$")
_BLANKS: Final = re.compile(r"(?<=[\u3000-\u9fff]) | (?=[\u3000-\u9fff])")


def short_unit(unit: str) -> str:
    """What a unit is called for short, bare: without its place and without 有限公司; whole where nothing is left."""
    whole = bare(unit)
    short = FORM.sub("", PLACE.sub("", whole))
    return short if len(short) >= SHORTEST else whole


def without_form(unit: str) -> str:
    """A unit's name, bare, its place kept, 有限公司 left out; whole where nothing is left."""
    whole = bare(unit)
    return FORM.sub("", whole) or whole


def place_of(unit: str) -> str:
    """The place with which a unit's name begins: 云岭市; empty where it names none."""
    found = PLACE.match(bare(unit))
    return found[0] if found is not None else ""


def written_alike(unit: str) -> str:
    """A unit's name, written one way: without blanks between characters, its brackets full-width, no （盖章）."""
    text = " ".join(folded(unit).split()).replace("(", "（").replace(")", "）")
    return _SEAL.sub("", _BLANKS.sub("", text)).strip()


def words(text: str) -> list[str]:
    """The words of a text in which units are named, brackets within a name left out."""
    return WORDS.findall(_WITHIN.sub(r"\1", text))


def organizations(text: str) -> tuple[str, ...]:
    """The organizations that a text names at the beginnings of its words, each once."""
    found = (ORGANIZATION.match(word) for word in words(text))
    return tuple(dict.fromkeys(one[0] for one in found if one is not None))


def has_office(unit: str) -> bool:
    """Whether a unit is of the kind that recommends others' works: a bureau, an association."""
    return OFFICE.search(unit) is not None
