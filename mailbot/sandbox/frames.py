"""How a warm child and its parent speak: messages behind their length, over a pair of sockets.

Standard library only: the child needs it before anything else.
"""

import os
import struct
from collections.abc import Callable
from typing import Final

_LENGTH: Final = struct.Struct("!Q")


class Closed(Exception):
    """The other end is gone."""


class TooLong(Exception):
    """The other end announces more than it may send."""


def send(descriptor: int, message: bytes) -> None:
    """Write one message. Raises OSError where nobody reads any more."""
    view = memoryview(_LENGTH.pack(len(message)) + message)
    while view:
        view = view[os.write(descriptor, view) :]


def receive(descriptor: int, most: int, ready: Callable[[], None] = lambda: None) -> bytes:
    """Read one message.

    Args:
        descriptor: of the socket.
        most: bytes of the longest message that is taken.
        ready: called before each read; may wait until there is something to read, and raise.

    Raises:
        Closed: no whole message comes any more.
        TooLong: it is longer than `most`.
    """
    (length,) = _LENGTH.unpack(_exactly(descriptor, _LENGTH.size, ready))
    if length > most:
        raise TooLong
    return _exactly(descriptor, length, ready)


def _exactly(descriptor: int, size: int, ready: Callable[[], None]) -> bytes:
    taken = bytearray()
    while len(taken) < size:
        ready()
        try:
            block = os.read(descriptor, min(size - len(taken), 1 << 20))
        except ConnectionError:
            raise Closed from None
        if not block:
            raise Closed
        taken += block
    return bytes(taken)
