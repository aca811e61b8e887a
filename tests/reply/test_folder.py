"""Letters into a folder."""

from email.message import EmailMessage
from pathlib import Path

from mailbot.model.sending import Outcome
from mailbot.reply.sender import open_sender
from mailbot.settings.keys import SmtpSettings


def letter(message_id: str, text: str = "您好") -> EmailMessage:
    message = EmailMessage()
    message["Message-ID"] = message_id
    message["To"] = "writer@example.org"
    message.set_content(text)
    return message


def send(folder: Path, *letters: EmailMessage | bytes) -> list[str]:
    with open_sender(SmtpSettings(kind="folder", path=folder)) as sender:
        sender.check()
        receipts = [sender.send(one, "writer@example.org") for one in letters]
    assert all(receipt.outcome is Outcome.SENT for receipt in receipts)
    return [receipt.queue_id for receipt in receipts]


def test_each_letter_is_a_file_named_by_its_message_id(tmp_path: Path) -> None:
    assert send(tmp_path / "sent", letter("<a.1@163.com>"), letter("<b@163.com>")) == [
        "a.1@163.com.eml",
        "b@163.com.eml",
    ]
    assert {path.name for path in (tmp_path / "sent").iterdir()} == {"a.1@163.com.eml", "b@163.com.eml"}
    assert b"Message-ID: <a.1@163.com>\r\n" in (tmp_path / "sent" / "a.1@163.com.eml").read_bytes()


def test_the_same_letter_twice_is_one_file(tmp_path: Path) -> None:
    send(tmp_path, letter("<a@b>", "first"), letter("<a@b>", "again"))
    assert len(list(tmp_path.iterdir())) == 1


def test_no_message_id_leaves_the_folder(tmp_path: Path) -> None:
    ids = ["<../../etc/passwd>", "<a/b@c>", "<a_b@c>", "<...>", f"<{'x' * 400}@c>", f"<{'x' * 401}@c>", "<名@c>"]
    folder = tmp_path / "sent"
    names = send(folder, *(f"Message-ID: {one}\r\n\r\n".encode() for one in ids), b"Subject: none\r\n\r\n")
    assert len(set(names)) == len(ids) + 1
    assert {path.name for path in folder.iterdir()} == set(names)
    assert [path.name for path in tmp_path.iterdir()] == ["sent"]


def test_a_folder_that_cannot_be_written_is_a_retry_with_its_cure(tmp_path: Path) -> None:
    (tmp_path / "sent").write_text("a file where the folder should be")
    with open_sender(SmtpSettings(kind="folder", path=tmp_path / "sent")) as sender:
        receipt = sender.send(letter("<a@b>"), "writer@example.org")
    assert receipt.outcome is Outcome.RETRY
    assert "smtp.path" in receipt.reply_text
