"""The commands speak the campaign's language: every sentence that the code can say has its Chinese one."""

import ast
import re
import tomllib
from collections.abc import Iterator
from pathlib import Path

import pytest
from click.testing import CliRunner

from mailbot.cli import cli
from mailbot.cli.speech import NAME, Speech
from mailbot.settings import Language
from tests.house.checkout import ROOT, text_of
from tests.make.configs import ON_FOLDERS

CHINESE = re.compile("[\u4e00-\u9fff]")
RAISED = {"Refused", "ConfigError", "AccountError", "SendError", "CanaryLost"}
TOLD = {"tell", "complain", "say"}
SPEAKING = ("mailbot/ops/doctor.py", "mailbot/ops/ready.py", "mailbot/settings/checks.py")
"""Files whose every sentence a command shows."""
INTERNAL = re.compile(r"(?:ffmpeg could not|the demo's round|\S+$|warning: )")
"""Of the demo alone, or no sentence."""
ZH = Speech(Language.ZH, ROOT / "templates")


def sentence(node: ast.expr) -> str | None:
    """A text constant or f-string with an x for what it quotes; None for anything else."""
    if isinstance(node, ast.Constant) and isinstance(node.value, str):
        return node.value
    if isinstance(node, ast.JoinedStr):
        parts = (part.value if isinstance(part, ast.Constant) else "x" for part in node.values)
        return "".join(map(str, parts))
    return None


def said_by(path: Path) -> Iterator[str]:
    """Every sentence that a file hands to a person."""
    speaking = path.relative_to(ROOT).as_posix() in SPEAKING
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        shown = None
        if isinstance(node, ast.Call) and isinstance(node.func, ast.Name | ast.Attribute) and node.args:
            name = node.func.id if isinstance(node.func, ast.Name) else node.func.attr
            if name in RAISED or (name in TOLD and "cli" in path.parts and not isinstance(node.args[0], ast.Name)):
                shown = sentence(node.args[0])
        if speaking and isinstance(node, ast.Yield) and node.value is not None:
            shown = sentence(node.value.elts[-1] if isinstance(node.value, ast.Tuple) else node.value)
        if shown and " " in shown and not INTERNAL.match(shown):
            yield shown


SENTENCES = sorted({text for path in (ROOT / "mailbot").rglob("*.py") for text in said_by(path)})


def test_there_are_sentences() -> None:
    assert len(SENTENCES) > 100


def is_chinese(text: str) -> bool:
    told = ZH.told(NAME.sub("x", text))
    english = re.search(r"(?<![\w./-])(?:the|is|are|and|not|no|Write|Check|Name|Run)(?![\w./-]) ", told)
    return CHINESE.search(told) is not None and english is None


def test_nearly_every_sentence_of_the_code_is_said_in_chinese() -> None:
    left = [text for text in SENTENCES if not is_chinese(text)]
    assert len(left) * 20 <= len(SENTENCES), left


def test_what_a_sentence_quotes_is_kept() -> None:
    assert ZH.told("GYQG-2024-0001 is withdrawn: it cannot become accepted.") == (
        "GYQG-2024-0001 当前为“已撤回”，不能改为“已受理”。"
    )
    assert ZH.told('a.toml: line 3: is not TOML: text needs quotes. Write a = "首届".') == (
        'a.toml：第 3 行：格式有误：文字须加引号，请写 a = "首届"。'
    )
    assert ZH.told("12: no such entry. 'mailbot entries' lists them.") == (
        "12：没有这个编号的作品。可用 mailbot entries 查看全部作品。"
    )


def test_english_is_said_as_the_code_has_it() -> None:
    english = Speech(Language.EN, ROOT / "templates")
    assert [english.told(text) for text in SENTENCES] == SENTENCES


def test_a_translation_quotes_nothing_that_its_sentence_does_not() -> None:
    for table in tomllib.loads(text_of("templates/cli.toml")).values():
        for text, translation in table.items():
            assert {name[1] for name in NAME.finditer(translation)} <= {name[1] for name in NAME.finditer(text)}, text


@pytest.mark.parametrize(
    ("language", "head", "refusal"), [("zh", "编号", "没有这个编号的作品"), ("en", "number", "no such entry")]
)
def test_heads_and_refusals_are_in_the_campaigns_language(
    tmp_path: Path, language: str, head: str, refusal: str
) -> None:
    config = tmp_path / "config.toml"
    config.write_text(ON_FOLDERS.replace('language = "en"', f'language = "{language}"'), encoding="utf-8")
    (tmp_path / "var" / "inbox").mkdir(parents=True)
    listed = CliRunner().invoke(cli, ["--config", str(config), "entries"])
    assert listed.exit_code == 0, listed.output
    assert listed.stdout.startswith(f"{head}\t")
    refused = CliRunner().invoke(cli, ["--config", str(config), "entry", "12"])
    assert refused.exit_code == 1
    assert refusal in refused.stderr
    broken = CliRunner().invoke(cli, ["--config", str(config), "accept", "12"])
    assert refusal in broken.stderr
