"""What travels between the deciding node and a worker: a function by its name, its arguments, the campaign's terms."""

from collections.abc import Callable
from dataclasses import dataclass
from importlib.metadata import version
from typing import Any, Final

from distributed import get_worker
from distributed.security import Security

from mailbot.model.errors import TemporaryError
from mailbot.settings import WorkSettings

VERSION: Final = version("mailbot")
BENCH: Final = "mailbot_bench"
"""The attribute of a Dask worker that makes the bench for an order's terms."""


@dataclass(frozen=True, slots=True)
class TaskTerms:
    """What a task depends on besides its file.

    Attributes:
        terms: rules and limits of the deciding node: its config counts, not the worker's.
        version: of the mailbot that asks.
    """

    terms: object
    version: str = VERSION


def do(work: Callable[..., Any], order: TaskTerms, args: tuple[object, ...], kwargs: dict[str, object]) -> Any:  # noqa: ANN401
    """Do some work with this worker's bench.

    Raises:
        TemporaryError: this worker runs another version of mailbot.
    """
    if order.version != VERSION:
        raise TemporaryError(f"a worker runs mailbot {VERSION}, the deciding node {order.version}: install the same")
    fitted = getattr(get_worker(), BENCH)
    return work(fitted(order.terms), *args, **kwargs)


def security(settings: WorkSettings) -> Security | None:
    """Certificates of both ends; None for `tcp://`."""
    if not settings.scheduler.startswith("tls://"):
        return None
    own = {"cert": str(settings.cert_file), "key": str(settings.key_file)}
    return Security(
        require_encryption=True,
        tls_ca_file=str(settings.ca_file),
        **{f"tls_{role}_{name}": file for role in ("client", "worker", "scheduler") for name, file in own.items()},
    )
