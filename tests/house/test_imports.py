"""Libraries that read strangers' files are the children's alone: the process with the secrets never imports them."""

import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).parents[2]
OF_READERS = (
    *(
        "openpyxl",
        "docx",
        "pdfplumber",
        "pdfminer",
        "pypdfium2",
        "xlrd",
        "python_calamine",
        "msoffcrypto",
        "cryptography",
    ),
    *("libarchive", "rarfile", "tnefparse", "mailparser", "rapidocr", "onnxruntime", "cv2", "faiss"),
)


def imported(*said: str) -> set[str]:
    """The modules of a process of its own that says this."""
    code = "; ".join([*said, "import sys", "print(*sys.modules)"])
    told = subprocess.run([sys.executable, "-c", code], cwd=ROOT, capture_output=True, text=True, check=True)
    return set(told.stdout.split())


def test_the_daemon_imports_no_readers_library() -> None:
    assert not imported("import mailbot.daemon").intersection(OF_READERS)


def test_a_command_that_looks_things_up_imports_what_it_uses() -> None:
    looking = imported("import mailbot.cli.lookup", "import mailbot.cli.letters")
    assert not looking.intersection(
        {*OF_READERS, "pydantic", "numpy", "rich", "PIL", "lxml", "sqlite_utils", "apscheduler"}
    )


def test_the_help_imports_neither_settings_nor_templates() -> None:
    code = "from click.testing import CliRunner; from mailbot.cli import cli; CliRunner().invoke(cli, ['--help'])"
    assert not imported(code).intersection(
        {"mailbot.settings.keys", "mailbot.templating", "jinja2", "sqlite3", "email"}
    )
