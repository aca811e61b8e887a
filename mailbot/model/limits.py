"""Bounds for reading what strangers send. `[limits]` in the config."""

from dataclasses import dataclass
from typing import Annotated

from annotated_types import Ge, Gt, Lt

MIB = 1024 * 1024


@dataclass(frozen=True)
class Bounds:
    """What one bounded child may use.

    Attributes:
        wall_seconds: real time, seconds.
        cpu_seconds: processor time, whole seconds.
        memory_bytes: address space, bytes.
        output_bytes: stdout (and, apart, stderr), bytes.
        niceness: by how much it steps back behind other work, 0 to 19 (nice(2)).
    """

    wall_seconds: float
    cpu_seconds: int
    memory_bytes: int
    output_bytes: int = 4 * MIB
    niceness: int = 0


@dataclass(frozen=True)
class Limits:
    """`[limits]`: what one mail may cost.

    Attributes:
        disk_reserve_percent: of data_dir's disk; with less room than this nothing is taken in.
        mail_mb: largest mail that is fetched, MiB; a larger one is entered and shown to the organizers.
        mail_seconds: real time for parsing one mail, seconds.
        mail_memory_mb: memory for that, MiB.
        archive_members: files in one archive, nested ones included.
        archive_depth: archives within archives; 1 is the outer one alone.
        archive_total_mb: unpacked size of one archive, MiB.
        archive_ratio: unpacked over packed size, at most.
        form_seconds: real time for reading one form, seconds.
        form_memory_mb: memory for reading one form, MiB.
        form_rows: works that are read from one form.
        ocr_seconds: real time for reading one scan or photo, seconds.
        ocr_memory_mb: address space for that, MiB; its models and a page take about 900 MiB of memory.
        probe_seconds: real time for probing one video, seconds.
        decode_seconds: real time for looking at one video's frames, seconds.
        parts: leaves of one mail that are looked at.
        depth: multiparts and mails within one another.
        works: rows, videos and links of one mail that are looked at, each.
    """

    disk_reserve_percent: Annotated[float, Ge(0), Lt(100)] = 5
    mail_mb: Annotated[int, Gt(0)] = 2048
    mail_seconds: Annotated[float, Gt(0)] = 60
    mail_memory_mb: Annotated[int, Gt(0)] = 1024
    archive_members: Annotated[int, Gt(0)] = 1000
    archive_depth: Annotated[int, Gt(0)] = 2
    archive_total_mb: Annotated[int, Gt(0)] = 8192
    archive_ratio: Annotated[int, Gt(0)] = 200
    form_seconds: Annotated[float, Gt(0)] = 20
    form_memory_mb: Annotated[int, Gt(0)] = 1024
    form_rows: Annotated[int, Gt(0)] = 500
    ocr_seconds: Annotated[float, Gt(0)] = 25
    ocr_memory_mb: Annotated[int, Gt(0)] = 4096
    probe_seconds: Annotated[float, Gt(0)] = 20
    decode_seconds: Annotated[float, Gt(0)] = 120
    parts: Annotated[int, Gt(0)] = 1000
    depth: Annotated[int, Gt(0)] = 50
    works: Annotated[int, Gt(0)] = 1000
