"""A file server on loopback: byte ranges, redirects, cuts and lies, as a test scripts them."""

import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any


@dataclass
class Place:
    """What lies at one path.

    Attributes:
        content: of the file.
        kind: Content-Type.
        tag: ETag; empty: none is given.
        status: answered instead, where it is not 200.
        location: of a redirect.
        cuts: after how many bytes the connection dies, one for each answer; then it goes well.
        disposition: Content-Disposition.
        endless: no Content-Length, and the content again and again.
        ranges: byte ranges are honoured.
    """

    content: bytes = b""
    kind: str = "video/mp4"
    tag: str = '"1"'
    status: int = 200
    location: str = ""
    cuts: list[int] = field(default_factory=list)
    disposition: str = ""
    endless: bool = False
    ranges: bool = True


@dataclass
class FileServer:
    """The running server.

    Attributes:
        port: on 127.0.0.1.
        places: by path.
        asked: (path, Range header) of every request.
    """

    port: int
    places: dict[str, Place]
    asked: list[tuple[str, str]]

    def url(self, path: str, host: str = "localhost") -> str:
        """An address on this server."""
        return f"http://{host}:{self.port}{path}"


@contextmanager
def file_server() -> Iterator[FileServer]:
    """A server that ends with the test."""
    places: dict[str, Place] = {}
    asked: list[tuple[str, str]] = []

    class Handler(BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"

        def do_GET(self) -> None:
            asked.append((self.path, self.headers.get("Range", "")))
            _answer(self, places.get(self.path, Place(status=404)))

        def log_message(self, *_: Any) -> None:  # noqa: ANN401
            """Quiet."""

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    server.daemon_threads = True
    thread = threading.Thread(target=server.serve_forever, args=(0.01,), daemon=True)
    thread.start()
    try:
        yield FileServer(server.server_address[1], places, asked)
    finally:
        server.shutdown()
        server.server_close()


def _answer(handler: BaseHTTPRequestHandler, place: Place) -> None:
    start = _start(handler, place)
    if start is not None and start >= len(place.content):
        handler.send_response(416)
        handler.send_header("Content-Range", f"bytes */{len(place.content)}")
        handler.send_header("Content-Length", "0")
        handler.end_headers()
        return
    handler.send_response(206 if start else place.status)
    if place.location:
        handler.send_header("Location", place.location)
    if start:
        handler.send_header("Content-Range", f"bytes {start}-{len(place.content) - 1}/{len(place.content)}")
    if place.tag:
        handler.send_header("ETag", place.tag)
    if place.disposition:
        handler.send_header("Content-Disposition", place.disposition)
    handler.send_header("Content-Type", place.kind)
    body = place.content[start or 0 :]
    handler.send_header(*(("Connection", "close") if place.endless else ("Content-Length", str(len(body)))))
    handler.end_headers()
    handler.close_connection = True
    _send(handler.wfile.write, place, body)


def _start(handler: BaseHTTPRequestHandler, place: Place) -> int | None:
    asked = handler.headers.get("Range", "")
    if not asked or not place.ranges or handler.headers.get("If-Range") != place.tag:
        return None
    return int(asked.removeprefix("bytes=").rstrip("-"))


def _send(write: Callable[[bytes], Any], place: Place, body: bytes) -> None:
    if place.cuts:
        write(body[: place.cuts.pop(0)])
        return
    try:
        write(body)
        while place.endless:
            write(place.content)
    except OSError:
        pass  # the client had enough
