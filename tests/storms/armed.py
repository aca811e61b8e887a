"""mailbot, killed at a named point: `python -m tests.storms.armed POINT PASSES …`, mailbot's own arguments behind."""

import sys

from mailbot.cli import main
from mailbot.faults import Point, arm

if __name__ == "__main__":
    arm(Point(sys.argv[1]), int(sys.argv[2]))
    del sys.argv[1:3]
    main()
