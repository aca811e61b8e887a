"""stand-in."""
from pathlib import Path
def run(folder: Path) -> None:
    """x."""
