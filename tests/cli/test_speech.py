"""The commands speak the campaign's language: every sentence that the code can say has its Chinese one."""

import ast
import re
import tomllib
from collections.abc import Iterator
from pathlib import Path

import click
import pytest
from click.testing import CliRunner

from mailbot.cli import cli
from mailbot.cli.speech import HELP_CATALOG, NAME, Speech
from mailbot.cli.spoken import columns, laid_out
from mailbot.settings.language import Language
from tests.house.checkout import ROOT, text_of
from tests.make.configs import ON_FOLDERS

CHINESE = re.compile("[\u4e00-\u9fff]")
ENGLISH = re.compile(
    r"[a-z]{2,} [a-z]{2,} [a-z]{2,}|\b(?:Error|Usage|Options|Commands|OPTIONS|COMMAND|ARGS|INTEGER|TEXT|FILE|DIR|NUMBER"
    r"|NAME|UNIT|DATE)\b"
)
"""Words that follow one another, or words of click's and of ours for values."""
RAISED = {"Refused", "ConfigError", "AccountError", "SendError", "CanaryLost", "TemporaryError", "Unusable"}
TOLD = {"tell", "complain", "say"}
ASKED = {"ask"}
"""Takes its text behind the language."""
SPEAKING = ("mailbot/ops/doctor.py", "mailbot/ops/ready.py", "mailbot/ops/remote.py", "mailbot/settings/checks.py")
"""Files whose every sentence a command shows."""
FRAME = re.compile(r"\S+$|(?:warning|x): x$")
"""No sentence, or what one is set in."""
ZH = Speech(Language.ZH, ROOT / "templates")
HELP = Speech(Language.ZH, ROOT / "templates", HELP_CATALOG)


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
            if name in ASKED and "cli" in path.parts:
                shown = sentence(node.args[1])
        if speaking and isinstance(node, ast.Yield) and node.value is not None:
            shown = sentence(node.value.elts[-1] if isinstance(node.value, ast.Tuple) else node.value)
        if shown and " " in shown and not FRAME.match(shown):
            yield shown


SENTENCES = sorted({text for path in (ROOT / "mailbot").rglob("*.py") for text in said_by(path)})


def test_there_are_sentences() -> None:
    assert len(SENTENCES) > 100


def is_chinese(text: str) -> bool:
    return any(map(wholly, (speech.told(NAME.sub("x", text)) for speech in (ZH, HELP))))


def wholly(told: str) -> bool:
    english = re.search(r"(?<![\w./-])(?:the|is|are|and|not|no|Write|Check|Name|Run)(?![\w./-]) ", told)
    return CHINESE.search(told) is not None and english is None


def test_every_sentence_of_the_code_is_said_in_chinese() -> None:
    assert [text for text in SENTENCES if not is_chinese(text)] == []


def commands(group: click.Group, words: tuple[str, ...] = ()) -> Iterator[tuple[str, ...]]:
    """Every command and subcommand, by the words that are typed for it."""
    yield words
    context = click.Context(group)
    for name in group.list_commands(context):
        below = group.get_command(context, name)
        if isinstance(below, click.Group):
            yield from commands(below, (*words, name))
        else:
            yield (*words, name)


@pytest.mark.parametrize("words", list(commands(cli)), ids=" ".join)
def test_help_is_in_the_campaigns_language_alone(words: tuple[str, ...], tmp_path: Path) -> None:
    config = tmp_path / "config.toml"
    config.write_text('language = "en"', encoding="utf-8")
    english = CliRunner().invoke(cli, ["--config", str(config), *words, "--help"]).stdout
    assert english.startswith("Usage: ")
    assert not CHINESE.search(english)
    chinese = CliRunner().invoke(cli, [*words, "--help"], prog_name="M").stdout
    chinese = re.sub(f"{' '.join(words) or 'no'}|mailbot [a-z ]+", "", chinese)
    assert chinese.startswith("用法：")
    assert ENGLISH.findall(chinese) == []
    assert max(columns(line) for line in chinese.splitlines()) <= 80


@pytest.mark.parametrize(
    ("words", "told"),
    [
        (["nonsense"], "没有 'nonsense' 这个命令"),
        (["entires"], "是否要用"),
        (["entries", "--nonsense"], "没有 '--nonsense' 这个选项"),
        (["entries", "--limit"], "须给出值"),
        (["entries", "--limit", "x"], "'x' 不是整数"),
        (["entries", "--limit", "0"], "超出范围"),
        (["entries", "--json=1"], "不带值"),
        (["entries", "--status", "x"], "不在可选项"),
        (["entry"], "缺少参数 '编号'"),
        (["entry", "1", "2", "3"], "多出参数"),
        (["purge"], "缺少选项 '--before'"),
        (["purge", "--before", "x"], "格式应为"),
    ],
)
def test_what_is_typed_wrongly_is_refused_in_the_campaigns_language_alone(words: list[str], told: str) -> None:
    refused = CliRunner().invoke(cli, words)
    assert refused.exit_code == 2
    assert told in refused.stderr
    assert ENGLISH.findall(refused.stderr) == []


def test_lines_break_beside_chinese_characters_and_no_mark_begins_one() -> None:
    assert list(laid_out("一二三四，五六 abc def", 8)) == ["一二三四，", "五六 abc", "def"]


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
