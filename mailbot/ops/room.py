"""Room on data_dir's disk: the last of it is kept for the ledger, its journal and letters."""

import shutil

from mailbot.model.limits import MIB
from mailbot.settings.keys import Settings


def shortage(settings: Settings) -> str:
    """What is the case where the disk is too full to take mail in; empty where there is room."""
    disk = shutil.disk_usage(settings.data_dir)
    reserve = disk.total * settings.limits.disk_reserve_percent / 100
    if disk.free >= reserve:
        return ""
    return (
        f"{settings.data_dir}: {disk.free // MIB} MiB are free, {round(reserve) // MIB} are kept (limits."
        "disk_reserve_percent). Nothing is taken in until there is room; letters go on."
    )
