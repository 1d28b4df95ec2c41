"""What a mail says of a notice: enough to know what to do, and nothing that should stay inside."""

from django.urls import reverse

from plans.models import NoticeKind

# All others may hold what only the people concerned should read: drafts, comments, names.
SAID_IN_FULL = (
    NoticeKind.OPENED,
    NoticeKind.DUE_SOON,
    NoticeKind.OVERDUE,
    NoticeKind.REMINDED,
    NoticeKind.CLOSED,
)
BODY = """{name} 様

{title}
{text}
くわしくは、DX推進計画 進行管理にログインして、「お知らせ」をご覧ください。
{address}
このメールは自動で送られています。返信はできません。
受け取るお知らせは、「お知らせ」の「メールの設定」で変えられます。
"""


def subject_of(notice) -> str:
    """On one line, whatever a title holds: it becomes a header."""
    return " ".join(f"【DX推進計画】{notice.title}".split())


def body_of(notice, site: str) -> str:
    """`site` is the address of this site, or blank."""
    text = f"\n{notice.text}\n" if notice.kind in SAID_IN_FULL and notice.text else ""
    address = f"{site}{reverse('notices')}\n" if site else ""
    return BODY.format(name=notice.person.name, title=notice.title, text=text, address=address)
