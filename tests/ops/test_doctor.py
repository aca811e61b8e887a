"""What `doctor --deep` finds: a stored file that is not what came."""

from pathlib import Path

from mailbot.model.check import CheckLine
from mailbot.ops.doctor import examine
from mailbot.ops.house import House, open_house
from mailbot.settings.loading import load
from tests.make.configs import ON_FOLDERS


def files_found(house: House) -> list[CheckLine]:
    return [line for line in examine(house, (), deep=True) if line.what == "files"]


def test_a_stored_file_in_which_a_byte_was_changed_is_told_with_its_path(tmp_path: Path) -> None:
    (tmp_path / "config.toml").write_text(ON_FOLDERS, encoding="utf-8")
    settings, _ = load(tmp_path / "config.toml", {})
    with open_house(settings) as house:
        kept = house.bench.store.put([b"film"])
        (sound,) = files_found(house)
        assert sound.well, sound.told
        path = house.bench.store.path(kept.sha256)
        path.chmod(0o600)
        path.write_bytes(b"filn")
        (told,) = files_found(house)
        assert not told.well
        assert kept.sha256 in told.told
