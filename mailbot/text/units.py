"""Names of units, made comparable: 云岭重工有限公司 is called 云岭重工. Pure."""

import re
from typing import Final

from mailbot.text.folding import bare

FORM: Final = re.compile(
    r"(?:(?:股份|集团|控股|实业|发展)*(?:有限责任|股份|集团)?(?:有限)?(?:总|分|子)?公司|集团|总厂|厂|研究院|研究所|博物馆|中心)$"
)
"""What a unit is, at the end of its name: 云岭重工有限公司 is called 云岭重工."""
PLACE: Final = re.compile(r"^(?:(?:中国|[^省市区县州盟]{2,4}(?:省|自治区)|[^省市区县州盟]{2,3}(?:市|州|盟))(?=.{2}))+")
SHORTEST: Final = 2
"""Characters that a short name of a unit, or of a work, has at least."""


def short_unit(unit: str) -> str:
    """What a unit is called for short, bare: without its place and without 有限公司; whole where nothing is left."""
    whole = bare(unit)
    short = FORM.sub("", PLACE.sub("", whole))
    return short if len(short) >= SHORTEST else whole
