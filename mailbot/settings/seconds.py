"""Spans of time as a configuration says them: a number of seconds, or one with its unit."""

from typing import TYPE_CHECKING, Annotated, Any, Final

from annotated_types import Gt

if TYPE_CHECKING:
    from pydantic import GetCoreSchemaHandler
    from pydantic_core import CoreSchema

UNITS: Final = {"s": 1, "m": 60, "h": 3600, "d": 86400}


class _Timed:
    """Says to pydantic, which asks by this name, that a number may be written with its unit."""

    @staticmethod
    def seconds(value: object) -> object:
        """`"90s"`, `"2m"`, `"1h"` or a number of seconds."""
        if isinstance(value, str) and value[-1:] in UNITS and value[:-1].strip().isdigit():
            return int(value[:-1]) * UNITS[value[-1]]
        return value

    def __get_pydantic_core_schema__(self, source: Any, handler: "GetCoreSchemaHandler") -> "CoreSchema":  # noqa: ANN401
        from pydantic_core import core_schema  # noqa: PLC0415 - with pydantic alone, which few commands need

        return core_schema.no_info_before_validator_function(self.seconds, handler(source))


Seconds = Annotated[float, Gt(0), _Timed()]
