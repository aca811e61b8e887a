"""units.csv: every encoding and separator that Excel writes; each error names its line and its cure."""

from pathlib import Path

import pytest

from mailbot.model.errors import ConfigError
from mailbot.model.roster import RosterUnit
from mailbot.settings.loading import load
from mailbot.settings.roster import read_roster
from tests.house.checkout import ROOT
from tests.make.configs import ON_FOLDERS

TEXT = (
    "单位名称,其他名称,邮箱域名,城市,省份,应报送\n"
    "云岭市工业和信息化局,云岭市工信局、云岭工信,@GXJ.example.org；a@163.com,云岭市,某某省,是\n\n甲公司,,,,,\n"
)
READ = (
    RosterUnit(
        "云岭市工业和信息化局",
        ("云岭市工信局", "云岭工信"),
        ("gxj.example.org", "a@163.com"),
        "云岭市",
        "某某省",
        expected=True,
    ),
    RosterUnit("甲公司"),
)


@pytest.mark.parametrize(
    "raw",
    [
        TEXT.encode(),
        TEXT.encode("utf-8-sig"),
        TEXT.encode("gb18030"),
        TEXT.replace("\n", "\r\n").encode("gb18030"),
        TEXT.replace(",", ";").encode(),
        TEXT.replace(",", "\t").encode("utf-16"),
        TEXT.replace("应报送", "expected").replace("单位名称", "Name").replace("是", "yes").encode(),
        "\n".join(",".join(f'"{cell}"' for cell in line.split(",")) for line in TEXT.splitlines() if line).encode(),
    ],
    ids=["utf-8", "bom", "gb18030", "crlf", "semicolons", "unicode-text", "english", "quoted"],
)
def test_a_roster_is_read_however_excel_saved_it(tmp_path: Path, raw: bytes) -> None:
    (tmp_path / "units.csv").write_bytes(raw)
    assert read_roster(tmp_path / "units.csv").units == READ


@pytest.mark.parametrize(
    ("text", "complaint"),
    [
        ("单位,备注\n甲,x\n", "units.csv:1: no column is called '备注'"),
        ("别名\n甲\n", "units.csv:1: no column is called '单位名称'"),
        ("单位,名称\n甲,乙\n", "units.csv:1: two columns tell the name"),
        ("单位,城市\n甲,\n,云岭市\n", "units.csv:3: the unit's name is blank"),
        ("单位\n甲\n乙\n甲\n", "units.csv:4: the name '甲' stands in line 2 too"),
        ("单位,别名\n甲,\n乙,甲\n", "units.csv:3: the name '甲' stands in line 2 too"),
        ("单位,应报送\n甲,也许\n", "units.csv:2: expected is '也许'. Write 是 or 否"),
        ("单位,邮箱域名\n甲,163.com\n", "units.csv:2: anyone has a mailbox of '163.com'"),
        ("单位,邮箱域名\n甲,gov\n", "units.csv:2: 'gov' is no mail domain"),
        ("单位,邮箱\n甲,a@163.com\n乙,A@163.com\n", "units.csv:3: the address 'a@163.com' stands in line 2 too"),
        ('单位,别名\n甲,"a\nb"\n乙,b\n', "units.csv:4: the name 'b' stands in line 3 too"),
    ],
)
def test_a_wrong_roster_is_told_with_its_line_and_its_cure(tmp_path: Path, text: str, complaint: str) -> None:
    path = tmp_path / "units.csv"
    path.write_text(text, encoding="utf-8")
    with pytest.raises(ConfigError) as told:
        read_roster(path)
    assert complaint in str(told.value)
    assert all(line.endswith(("yes or no).", ".")) for line in str(told.value).splitlines())


def test_a_file_that_is_missing_or_no_text_is_told(tmp_path: Path) -> None:
    with pytest.raises(ConfigError, match="cannot be read"):
        read_roster(tmp_path / "units.csv")
    (tmp_path / "units.csv").write_bytes(b"\xff\xff\xff\x00")
    with pytest.raises(ConfigError, match="neither UTF-8 nor GB18030"):
        read_roster(tmp_path / "units.csv")


def test_the_config_names_the_roster_beside_it_and_the_example_is_one(tmp_path: Path) -> None:
    (tmp_path / "units.csv").write_bytes((ROOT / "units.example.csv").read_bytes())
    (tmp_path / "config.toml").write_text(f'{ON_FOLDERS}\n[units]\nfile = "units.csv"\n', encoding="utf-8")
    settings, _ = load(tmp_path / "config.toml", {})
    assert settings.rules.roster.units[0].expected
    assert settings.rules.roster.units == read_roster(tmp_path / "units.csv").units
