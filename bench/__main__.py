"""The table of how fast mailbot is: `make bench`, or `make bench rows=fetch,start` for some of it.

Prints a line as soon as it is measured; the whole table also goes to `.cache/bench.json`, and to `.cache/bench.md` as
docs/performance.md shows it, which says what each row is and how to read it. A family that fails is told, and the
others go on.
"""

import argparse
import json
import os
import platform
import sys
import time
import traceback
from datetime import UTC, datetime
from pathlib import Path
from typing import Final

from bench.apart import processor
from bench.table import Row, families, line, rows_of, told

RESULT: Final = Path(".cache/bench.json")
TABLE: Final = RESULT.with_suffix(".md")


def main() -> None:
    parser = argparse.ArgumentParser(prog="python -m bench", description=__doc__)
    parser.add_argument("rows", nargs="?", default="", help=f"families, apart by commas: {', '.join(families())}")
    wanted = [name for name in parser.parse_args().rows.split(",") if name] or families()
    if unknown := [name for name in wanted if name not in families()]:
        parser.error(f"no such rows: {', '.join(unknown)}; there are {', '.join(families())}")
    begun, found, failed = time.monotonic(), list[tuple[str, Row]](), list[str]()
    print(told([]), end="", flush=True)
    for family in wanted:
        began, used = time.monotonic(), processor()
        try:
            for row in rows_of(family):
                found.append((family, row))
                print(line(row), flush=True)
        except Exception:  # noqa: BLE001 - whatever it is: the other families are measured all the same
            failed.append(family)
            traceback.print_exc()
        spent = f"{time.monotonic() - began:.0f} s, {processor() - used:.0f} s of processor"
        print(f"{family}: {spent}{', FAILED' if family in failed else ''}", file=sys.stderr, flush=True)
    RESULT.parent.mkdir(exist_ok=True)
    documents = [{"family": family, **row.document()} for family, row in found]
    RESULT.write_text(json.dumps(documents, ensure_ascii=False, indent=2) + "\n", encoding="utf-8")
    machine = f"{os.cpu_count()} cores, {platform.machine()}, Python {platform.python_version()}"
    taken = f"{datetime.now(UTC):%Y-%m-%d}, {machine}, {time.monotonic() - begun:.0f} s in all"
    missing = f"\n\nNot measured, for they failed: {', '.join(failed)}." if failed else ""
    TABLE.write_text(f"{taken}\n\n{told(row for _, row in found)}{missing}\n", encoding="utf-8")
    print(f"\n{len(found)} rows, {taken}; as JSON in {RESULT}, for the page in {TABLE}")
    sys.exit(bool(failed))


if __name__ == "__main__":
    main()
