"""What reading a form costs: `python bench/forms.py` prints milliseconds and peak memory a file for each sample format.

Each format is read in a fresh child, warm (its modules imported, one file read before). `ms` is the median of the
reading alone, `child ms` the same through the bounded pool, `peak MiB` the child's highest resident memory.
"""

import multiprocessing
import resource
import statistics
import time
from collections.abc import Callable
from multiprocessing.connection import Connection
from pathlib import Path

from mailbot.extract.kind import file_type
from mailbot.form.read import PRELOAD, read_document, read_form
from mailbot.model.campaign_form import CampaignForm, FormRules
from mailbot.model.filetype import PICTURES
from mailbot.model.limits import MIB, Bounds
from mailbot.ocr.scan import can_see
from mailbot.sandbox import Readers

SAMPLES = Path(__file__).parents[1] / "tests" / "samples" / "forms"
RULES = FormRules(CampaignForm(), ("高端升级", "数智赋能", "绿色低碳"))
NAMES = ("word-box.docx", "sheet-box.xlsx", "sheet-thirty.xlsx", "legacy.xls", "legacy.doc", "legacy.wps", "rich.rtf",
         "open.odt", "text.pdf", "scan.jpg")  # fmt: skip
ROUNDS = 20


def measured(path: Path, answer: Connection) -> None:
    kind = file_type(path)
    read_document(path, kind, RULES)
    answer.send((median(lambda: read_document(path, kind, RULES), ROUNDS), resident()))


def median(call: Callable[[], object], rounds: int) -> float:
    spent = []
    for _ in range(rounds):
        begun = time.perf_counter()
        call()
        spent.append(time.perf_counter() - begun)
    return 1000 * statistics.median(spent)


def resident(who: int = resource.RUSAGE_SELF) -> float:
    return resource.getrusage(who).ru_maxrss / 1024


def apart(path: Path) -> tuple[float, float]:
    context = multiprocessing.get_context("spawn")
    ours, theirs = context.Pipe()
    process = context.Process(target=measured, args=(path, theirs))
    process.start()
    found: tuple[float, float] = ours.recv()
    process.join()
    return found


def main() -> None:
    print(f"{'file':<22}{'ms':>10}{'child ms':>10}{'peak MiB':>10}")
    with Readers(Bounds(20, 20, 1024 * MIB), workers=1, preload=PRELOAD) as readers:
        for name in NAMES:
            path = SAMPLES / name
            kind = file_type(path)
            scanned = kind in PICTURES
            if scanned and not can_see():
                print(f"{name:<22}  the extra `ocr` is not installed")
                continue

            def through(path: Path = path) -> object:
                return read_form(path, file_type(path), RULES, readers)

            through()
            child = median(through, 2 if scanned else ROUNDS)
            alone, peak = (child, resident(resource.RUSAGE_CHILDREN)) if scanned else apart(path)
            print(f"{name:<22}{alone:>10.1f}{child:>10.1f}{peak:>10.0f}")


if __name__ == "__main__":
    main()
