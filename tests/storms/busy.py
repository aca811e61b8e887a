"""The daemon with work on a file under way that ends in no time that anybody waits: `… CONFIG`."""

import logging
import sys
import time
from pathlib import Path

from mailbot.daemon import run
from mailbot.ops.house import open_house
from mailbot.settings.loading import load

if __name__ == "__main__":
    logging.basicConfig(level=logging.INFO)
    with open_house(load(Path(sys.argv[1]), {})[0]) as house:
        house.bench.engine.submit(lambda _bench: time.sleep(600), None)
        house.bench.engine.behind(lambda _bench: time.sleep(600), None)
        run(house)
