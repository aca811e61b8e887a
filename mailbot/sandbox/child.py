"""Our own Python in a bounded child, which is confined before it starts.

A program: `python -I child.py '{"packages": {"mailbot": "/…/mailbot"}, "channel": 5, "preload": ["…"]}'` is a warm
child of `Readers`: it takes pickled `(function, arguments)` from the channel, one stranger's file after the other, and
gives back what the function returned or raised. With `"module"` instead of a channel it becomes that module.
"""

import importlib
import importlib.util
import json
import os
import pickle
import runpy
import sys
from types import ModuleType
from typing import Any, Final

READY: Final = b"ready"
DONE: Final = "done"
RAISED: Final = "raised"
NO_MEMORY: Final = "memory"
LONGEST_TEXT: Final = 500
"""Characters of an exception that are told."""


def find(name: str, folder: str) -> None:
    """Make a package known by its folder alone: the folder around it may hold what a reader must not see."""
    init = os.path.join(folder, "__init__.py")  # noqa: PTH118 - before anything is imported
    if not os.path.exists(init):  # noqa: PTH110
        module = ModuleType(name)
        module.__path__ = [folder]
        sys.modules[name] = module
        return
    spec = importlib.util.spec_from_file_location(name, init, submodule_search_locations=[folder])
    if spec is None or spec.loader is None:
        raise ImportError(name)
    module = importlib.util.module_from_spec(spec)
    sys.modules[name] = module
    spec.loader.exec_module(module)


def answer(function: Any, arguments: tuple[Any, ...]) -> bytes:  # noqa: ANN401 - any reader
    """What a reader made of its arguments, pickled."""
    try:
        return pickle.dumps((DONE, function(*arguments)))
    except MemoryError:
        told = (NO_MEMORY, "out of memory")
    except Exception as error:  # noqa: BLE001 - a reader may raise anything on a hostile file; the child reports it
        told = (RAISED, f"{type(error).__name__}: {error}"[:LONGEST_TEXT])
    return pickle.dumps(told)


def main() -> None:
    """Become a module, or read until the other end of the channel is closed."""
    told = json.loads(sys.argv.pop(1))
    for name, folder in told["packages"].items():
        find(name, folder)
    if "module" in told:
        runpy.run_module(told["module"], run_name="__main__", alter_sys=True)
        return
    _serve(told["channel"], told["preload"])


def _serve(channel: int, preload: list[str]) -> None:
    from mailbot.sandbox import confine, frames  # noqa: PLC0415 - known from here on

    for name in preload:
        importlib.import_module(name)
    confine.close_to_others()
    null = os.open(os.devnull, os.O_WRONLY)
    for output in (1, 2):  # what went wrong until here was the parent's to hear; what libraries print is nobody's
        os.dup2(null, output)
    frames.send(channel, READY)
    while True:
        try:
            function, arguments = pickle.loads(frames.receive(channel, sys.maxsize))  # noqa: S301 - mailbot's own
        except frames.Closed:
            return
        frames.send(channel, answer(function, arguments))


if __name__ == "__main__":
    main()
