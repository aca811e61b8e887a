"""Mutated sample forms against the readers: no crash, no hang, no runaway memory.

`python bench/fuzz_forms.py [--runs 20000] [--seed 1]` reads mutants in a child process with the limits of the real
one; a reader may give up on a broken file with an exception (that is a finding), but the child must live and answer.
Prints what came out, and the seed of every mutant that killed or hung the child. Scans are left out: OCR is slow.
"""

import argparse
import collections
import io
import multiprocessing
import random
import resource
import sys
import tempfile
import time
import zipfile
from multiprocessing.connection import Connection
from pathlib import Path

from mailbot.extract.kind import file_type
from mailbot.form.read import read_document
from mailbot.model.campaign_form import CampaignForm, FormRules
from mailbot.model.filetype import DOCUMENTS, FileType

SAMPLES = Path(__file__).parents[1] / "tests" / "samples" / "forms"
RULES = FormRules(CampaignForm(), ("高端升级", "数智赋能", "绿色低碳"))
HANG_SECONDS = 20
REPACKED = 0.7
"""Share of the packages that are mutated within a part, not from outside."""
CUT = 0.05
MEMORY = 1024 * 1024 * 1024


def mutated(data: bytes, chance: random.Random) -> bytes:
    if data.startswith(b"PK") and chance.random() < REPACKED:
        return repacked(data, chance)
    return scrambled(data, chance)


def scrambled(data: bytes, chance: random.Random) -> bytes:
    body = bytearray(data)
    for _ in range(chance.choice((1, 2, 5, 20, 100))):
        if not body:
            break
        at, size = chance.randrange(len(body)), chance.choice((1, 2, 4, 16, 200))
        match chance.randrange(6):
            case 0:
                body[at] = chance.randrange(256)
            case 1:
                del body[at : at + size]
            case 2:
                body[at:at] = body[at : at + size] * chance.choice((1, 3, 50))
            case 3:
                body[at : at + size] = chance.randbytes(min(size, len(body) - at))
            case 4:
                body[at : at + 4] = chance.choice((b"\xff\xff\xff\xff", b"\0\0\0\0", b"\xff\xff\xff\x7f"))
            case _:
                del body[at if chance.random() < CUT else len(body) :]
    return bytes(body)


def repacked(data: bytes, chance: random.Random) -> bytes:
    """The package with one part's text mutated."""
    out = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(data)) as old, zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as new:
        wanted = [info.filename for info in old.infolist() if info.filename.endswith((".xml", ".rels", ".vml"))]
        victim = chance.choice(wanted)
        for info in old.infolist():
            part = old.read(info)
            new.writestr(info.filename, scrambled(part, chance) if info.filename == victim else part)
    return out.getvalue()


def worker(pipe: Connection) -> None:
    resource.setrlimit(resource.RLIMIT_AS, (MEMORY, MEMORY))
    while True:
        path = pipe.recv()
        kind = file_type(Path(path))
        if kind not in DOCUMENTS - {FileType.LOCKED_OFFICE}:
            pipe.send(f"not a document: {kind}")
            continue
        try:
            reading = read_document(Path(path), kind, RULES)
        except Exception as error:  # noqa: BLE001 - what the readers raise on broken files is what is counted here
            pipe.send(f"{kind} {type(error).__name__}")
        else:
            found = "scan" if reading is None else "form" if reading.form else "none"
            pipe.send(f"{kind} {found}")


def main() -> int:
    arguments = argparse.ArgumentParser(description=__doc__)
    arguments.add_argument("--runs", type=int, default=20_000)
    arguments.add_argument("--seed", type=int, default=1)
    chosen = arguments.parse_args()
    seeds = [
        path
        for path in sorted(SAMPLES.iterdir())
        if path.suffix not in {".json", ".jpg", ".zip"} and "locked" not in path.name
    ]
    results: collections.Counter[str] = collections.Counter()
    trouble: list[str] = []
    slowest = (0.0, 0)
    context = multiprocessing.get_context("spawn")
    with tempfile.TemporaryDirectory() as folder:
        ours, process = start(context)
        for run in range(chosen.seed, chosen.seed + chosen.runs):
            chance = random.Random(run)  # noqa: S311 - mutants, no secrets
            target = Path(folder) / "mutant"
            target.write_bytes(mutated(chance.choice(seeds).read_bytes(), chance))
            begun = time.monotonic()
            outcome = asked(ours, str(target))
            if outcome is None:
                process.join(1)
                what = "hang" if process.is_alive() else f"death {process.exitcode}"
                trouble.append(f"seed {run}: {what}")
                process.kill()
                ours, process = start(context)
                continue
            results[outcome] += 1
            slowest = max(slowest, (time.monotonic() - begun, run))
        process.kill()
    for name, count in sorted(results.items()):
        print(f"{count:8d}  {name}")
    print(f"slowest: {slowest[0]:.2f} s (seed {slowest[1]})")
    print(*trouble or ["no crash, no hang"], sep="\n")
    return 1 if trouble else 0


def start(context: multiprocessing.context.SpawnContext) -> tuple[Connection, multiprocessing.context.SpawnProcess]:
    ours, theirs = context.Pipe()
    process = context.Process(target=worker, args=(theirs,), daemon=True)
    process.start()
    theirs.close()
    return ours, process


def asked(pipe: Connection, path: str) -> str | None:
    try:
        pipe.send(path)
        return str(pipe.recv()) if pipe.poll(HANG_SECONDS) else None
    except (EOFError, BrokenPipeError, ConnectionResetError):
        return None


if __name__ == "__main__":
    sys.exit(main())
