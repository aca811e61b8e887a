"""Readers of strangers' files, each in a bounded child. The only room that starts processes.

Two ways in, one confinement (`confine.py`):

* `run` starts a program (ffprobe, ffmpeg, our own OCR by `python_argv`) for one file;
* `Readers` keeps a few warm Python children that read one file after the other; one that oversteps is killed and
  replaced.

Every child has its own session, no stdin, an environment without anything of ours, no capability, limits on memory,
processor, wall time, threads, files and output; and, where the kernel allows, no network (a namespace of its own), no
file but those named (Landlock), no system call that starts, signals or looks into a process or opens a socket
(seccomp). `isolation` tells what is in force.
"""

from mailbot.sandbox.byname import ByName
from mailbot.sandbox.confine import close_to_others
from mailbot.sandbox.interpreter import python_argv, python_reads
from mailbot.sandbox.programs import Finished, Isolation, find_tool, isolation, run
from mailbot.sandbox.readers import Readers

__all__ = [
    "ByName",
    "Finished",
    "Isolation",
    "Readers",
    "close_to_others",
    "find_tool",
    "isolation",
    "python_argv",
    "python_reads",
    "run",
]
