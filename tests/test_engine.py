"""Work on files side by side: what somebody waits for goes before what nobody waits for."""

import threading

from mailbot.engine import LocalEngine

FRONT = 5


def test_a_dense_print_is_begun_only_where_fewer_verdicts_are_open_than_there_are_workers() -> None:
    log: list[str] = []
    begun = threading.Event()

    def verdict(_bench: object, _number: int) -> None:
        begun.wait()
        log.append("verdict")

    engine = LocalEngine(2)
    try:
        open_ones = [engine.submit(verdict, None, number) for number in range(FRONT)]
        prints = [engine.behind(lambda _bench: log.append("print"), None) for _ in range(2)]
        begun.set()
        for one in (*open_ones, *prints):
            one.result()
    finally:
        engine.close()
    assert log.index("print") >= FRONT - 1
    assert log.count("verdict") == FRONT


def test_what_was_not_begun_when_the_engine_closes_is_let_go() -> None:
    engine = LocalEngine(1)
    going, held = threading.Event(), threading.Event()

    def verdict(_bench: object) -> None:
        going.set()
        held.wait()

    first = engine.submit(verdict, None)
    behind = engine.behind(lambda _bench: None, None)
    going.wait()
    threading.Timer(0.05, held.set).start()
    engine.close()
    assert first.done()
    assert behind.cancelled() or behind.exception() is not None
