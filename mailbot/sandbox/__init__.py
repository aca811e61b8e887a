"""Readers of strangers' files, each in a bounded child. The only room that starts processes.

Two ways in:

* `run` starts a foreign program (ffprobe, ffmpeg, LibreOffice) with no stdin, a scrubbed environment, its own process
  group, limits on memory, CPU, wall time and output, and, where the kernel lets an ordinary user, no network (a
  namespace of its own) and no file but those named (Landlock). `isolation` tells which.
* `Readers` keeps a few warm Python children that run our own readers under the same kind of limits; a child that
  oversteps is killed and replaced.

Both are functions of a file: `Readers.submit` gives a `concurrent.futures.Future`, so that another Executor can take
its place.
"""

from mailbot.sandbox.programs import Finished, Isolation, find_tool, isolation, network_isolation, run
from mailbot.sandbox.readers import Readers

__all__ = ["Finished", "Isolation", "Readers", "find_tool", "isolation", "network_isolation", "run"]
