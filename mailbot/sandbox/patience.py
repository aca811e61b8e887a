"""A limit on how long an answer may take as a whole: a server that sends a byte a second is never silent for long."""

import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager


@contextmanager
def within(
    seconds: float, hang_up: Callable[[], None], broken: type[Exception] | tuple[type[Exception], ...]
) -> Iterator[None]:
    """Hang up where what is done takes longer than this.

    Args:
        seconds: real time.
        hang_up: shuts the connection down, so that whoever reads from it wakes up; called from another thread.
        broken: what the reader then raises.

    Raises:
        TimeoutError: the time was over.
    """
    over = threading.Event()

    def end() -> None:
        over.set()
        hang_up()

    watch = threading.Timer(seconds, end)
    watch.daemon = True
    watch.start()
    try:
        yield
    except broken as error:
        if over.is_set():
            raise TimeoutError from error
        raise
    finally:
        watch.cancel()
