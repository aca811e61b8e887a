"""A function of a bench module in a process of its own: `python -m bench.apart module:function '[arguments]'`.

Prints its figure, the processor seconds it took, children included, and its own word on its memory or 0.
"""

import importlib
import json
import resource
import sys


def main() -> None:
    module, _, name = sys.argv[1].partition(":")
    function = getattr(importlib.import_module(module), name)
    before = processor()
    found = function(*json.loads(sys.argv[2]))
    value, own = found if isinstance(found, list) else (found, 0)
    print(json.dumps([value, processor() - before, own]), flush=True)


def processor() -> float:
    used = [resource.getrusage(who) for who in (resource.RUSAGE_SELF, resource.RUSAGE_CHILDREN)]
    return sum(usage.ru_utime + usage.ru_stime for usage in used)


if __name__ == "__main__":
    main()
