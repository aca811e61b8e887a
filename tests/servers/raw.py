"""A server that says one thing and falls silent."""

import socketserver
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress


@contextmanager
def one_line_server(greeting: bytes, drips: float = 0) -> Iterator[int]:
    """Greet every connection so, then go on in single bytes or say nothing for a second, and close; the port.

    Args:
        greeting: its first words.
        drips: seconds for which it goes on.
    """

    class Greeter(socketserver.BaseRequestHandler):
        def handle(self) -> None:
            with suppress(OSError):
                self.request.sendall(greeting)
                for _ in range(int(drips * 20)):
                    self.request.sendall(b"2")
                    time.sleep(0.05)
                time.sleep(1)

    class Server(socketserver.ThreadingTCPServer):
        allow_reuse_address = True
        daemon_threads = True
        block_on_close = False

    with Server(("127.0.0.1", 0), Greeter) as server:
        thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.02})
        thread.start()
        try:
            yield server.server_address[1]
        finally:
            server.shutdown()
            thread.join()
