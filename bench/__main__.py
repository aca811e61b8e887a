"""The table of how fast mailbot is: `make bench`, or `make bench rows=fetch,start` for some of it.

Prints a line as soon as it is measured; the whole table also goes to `.cache/bench.json`. docs/performance.md says what
each row is and how to read it.
"""

import argparse
import json
import time
from pathlib import Path
from typing import Final

from bench.table import HEAD, families, rows_of

RESULT: Final = Path(".cache/bench.json")


def main() -> None:
    parser = argparse.ArgumentParser(prog="python -m bench", description=__doc__)
    parser.add_argument("rows", nargs="?", default="", help=f"families, apart by commas: {', '.join(families())}")
    wanted = [name for name in parser.parse_args().rows.split(",") if name] or families()
    if unknown := [name for name in wanted if name not in families()]:
        parser.error(f"no such rows: {', '.join(unknown)}; there are {', '.join(families())}")
    begun, found = time.monotonic(), []
    print(f"| {' | '.join(HEAD)} |\n|{' --- |' * len(HEAD)}")
    for family in wanted:
        for row in rows_of(family):
            found.append({"family": family, **row.document()})
            print(f"| {' | '.join(row.cells())} |", flush=True)
    RESULT.parent.mkdir(exist_ok=True)
    RESULT.write_text(json.dumps(found, ensure_ascii=False, indent=2) + "\n", encoding="utf-8")
    print(f"\n{len(found)} rows in {time.monotonic() - begun:.0f} s; as JSON in {RESULT}")


if __name__ == "__main__":
    main()
