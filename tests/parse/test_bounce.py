"""What mail systems call their reports; from a person's address the same words are a question."""

import pytest

from mailbot.parse.bounce import is_bounce
from mailbot.parse.headers import Headers

SUBJECTS = """
退信通知
系统退信
系统退信/The email is returned
邮件投递失败通知
未能送达: 作品受理通知
无法送达: 作品
未送达：作品受理通知
无法传递: x
传递失败: x
传送失败
退信：作品受理通知
您的邮件被退回
邮件退回通知
邮件发送失败通知
发信失败通知
[退信]作品
【系统退信】x
来自163.com的退信
来自 firm.com 的退信
[Qmail] 来自qq.com的退信
邮件无法送达
你的邮件未送达
重要提示：您的邮件未能投递
Delivery Status Notification (Failure)
Undeliverable: x
Mail delivery failed: returning message to sender
failure notice
Undelivered Mail Returned to Sender
Returned mail: see transcript
DELIVERY FAILURE: User not listed
Message delivery failure
Non delivery report: 5.1.1
Mail could not be delivered
Rejected: x
Mail System Error - Returned Mail
""".strip()


@pytest.mark.parametrize("subject", SUBJECTS.split("\n"))
def test_a_report_is_told_by_its_subject_from_a_mail_system_only(subject: str) -> None:
    assert is_bounce("postmaster@firm.example.cn", subject, Headers(), "")
    assert not is_bounce("zhang@firm.example.cn", subject, Headers(), "")


@pytest.mark.parametrize("subject", ["关于邮箱容量的通知", "作品报送", "Re: 作品受理通知", ""])
def test_a_postmaster_may_write_about_other_things(subject: str) -> None:
    assert not is_bounce("postmaster@firm.example.cn", subject, Headers(), "")
