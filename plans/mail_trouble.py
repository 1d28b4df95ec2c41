"""Tells a town's DX office that mail does not arrive, once a day; notices stand inside anyway."""

import datetime

from django.db.models import Count
from django.utils import timezone

from dxplan.accounts.role_holders import dx_office_of
from plans.models import NoticeKind, OutgoingMail
from plans.notices import tell

TOLD_AFTER = datetime.timedelta(minutes=15)  # a server that starts anew is no trouble yet
STILL_SHOWN = "お知らせは、画面には表示されています。"


def tell_of_trouble(reason: str, now) -> None:
    """The mail server does not take mails. Where a town's mails have waited too long already."""
    waiting = OutgoingMail.objects.waiting(now).filter(made_at__lte=now - TOLD_AFTER)
    towns = waiting.order_by().values_list("notice__person__municipality")
    for town_id, number in towns.annotate(number=Count("pk")):
        _tell(
            town_id,
            event=f"server/{timezone.localdate(now)}",
            title="お知らせのメールを送れていません",
            lines=[
                f"{number}通がメールサーバーへの送信を待っています。{STILL_SHOWN}",
                "続くときは、システム管理者に連絡してください。",
                f"理由: {reason}",
            ],
        )


def tell_of_refusal(mail) -> None:
    """The server does not take mails to this person."""
    person = mail.notice.person
    _tell(
        person.municipality_id,
        event=f"person/{person.pk}/{timezone.localdate()}",
        title="お知らせのメールを届けられませんでした",
        lines=[
            f"{person.name}さん宛てのメールが受け付けられませんでした。{STILL_SHOWN}",
            "本人に、「メールの設定」のメールアドレスを確かめるよう伝えてください。",
            f"理由: {mail.trouble}",
        ],
    )


def _tell(town_id, *, event, title, lines):
    tell(
        dx_office_of(town_id, timezone.localdate()),
        kind=NoticeKind.MAIL_TROUBLE,
        event_key=f"{NoticeKind.MAIL_TROUBLE}/{event}",
        title=title,
        text="\n".join(lines),
    )
