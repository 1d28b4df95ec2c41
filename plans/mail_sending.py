"""Sends the waiting mails through the office's own server: the one place from which mail goes out.

No request waits for it. A mail is marked as sent in the transaction that sends it: after a crash in
between it may come twice, but none is lost.
"""

import datetime
import smtplib

from django.conf import settings
from django.core.mail import EmailMessage
from django.core.mail.backends.smtp import EmailBackend
from django.db import transaction
from django.db.models import F
from django.utils import timezone

from dxplan.lib.mail_server import SECONDS_TO_ANSWER, MailServer
from dxplan.lib.portable_text import visible
from plans.mail_texts import body_of, subject_of
from plans.mail_trouble import tell_of_refusal, tell_of_trouble
from plans.models import MailState, OutgoingMail

GIVE_UP_AFTER = datetime.timedelta(days=2)
LONGEST_PAUSE = datetime.timedelta(hours=1)
LONGEST_REASON = 300
PERMANENT = 500  # the codes of SMTP from which on trying again is in vain


class Refused(Exception):
    """The server took the connection but not this mail."""

    def __init__(self, code: int, reason: str):
        super().__init__(f"{code} {reason}")
        self.is_permanent = code >= PERMANENT


def send_mails() -> int:
    """Sends what is due; returns how many mails went out. Without a mail server it does nothing."""
    server = settings.MAIL_SERVER
    if server is None or not OutgoingMail.objects.due(timezone.now()).exists():
        return 0
    sent = 0
    try:
        with _connection(server) as connection:
            while (is_sent := _send_next(connection, server)) is not None:
                sent += is_sent
    except OSError as error:  # smtplib's errors are such, too
        _postpone_all(_reason(error))
    return sent


def _connection(server: MailServer) -> EmailBackend:
    return EmailBackend(
        host=server.host,
        port=server.port,
        username=server.user,
        password=server.password,
        use_tls=server.security == "starttls",
        use_ssl=server.security == "tls",
        timeout=SECONDS_TO_ANSWER,
    )


def _send_next(connection, server) -> bool | None:
    """Whether the next mail was sent; None where none is due. Raises OSError."""
    now = timezone.now()
    with transaction.atomic():
        waiting = OutgoingMail.objects.due(now).select_for_update(of=["self"], skip_locked=True)
        mail = waiting.select_related("notice__person").first()
        if mail is None:
            return None
        mail.tries += 1
        try:
            _send(connection, _message(mail, server))
        except Refused as refusal:
            _note_refusal(mail, refusal, now)
        else:
            mail.state, mail.sent_at, mail.trouble = MailState.SENT, now, ""
        mail.save(update_fields=["state", "tries", "next_try_at", "trouble", "sent_at"])
        return mail.state == MailState.SENT


def _message(mail, server):
    domain = server.sender.rpartition("@")[2].strip("> ")
    return EmailMessage(
        subject_of(mail.notice),
        body_of(mail.notice, server.site),
        server.sender,
        [mail.address],
        headers={
            "Message-ID": f"<notice-{mail.notice_id}@{domain}>",  # the same when it comes twice
            "Auto-Submitted": "auto-generated",  # no replies that somebody is out of office
        },
    )


def _send(connection, message):
    try:
        connection.send_messages([message])
    except smtplib.SMTPRecipientsRefused as error:
        [(code, reason)] = error.recipients.values()
        raise Refused(code, _text(reason)) from error
    except smtplib.SMTPDataError as error:
        raise Refused(error.smtp_code, _text(error.smtp_error)) from error
    except ValueError as error:  # what cannot be written as a mail at all
        raise Refused(PERMANENT, str(error)) from error


def _note_refusal(mail, refusal, now):
    mail.trouble = str(refusal)[:LONGEST_REASON]
    mail.next_try_at = now + _pause(mail.tries)
    if refusal.is_permanent or mail.made_at <= now - GIVE_UP_AFTER:
        mail.state = MailState.FAILED
        tell_of_refusal(mail)


def _postpone_all(reason: str) -> None:
    """The server itself does not work: all that was due waits, the longer the more often."""
    now = timezone.now()
    due = OutgoingMail.objects.due(now)
    ids = list(due.values_list("pk", flat=True))
    tries = due.values_list("tries", flat=True).first() or 0
    with transaction.atomic():
        waiting = OutgoingMail.objects.filter(pk__in=ids, state=MailState.WAITING)
        waiting.update(tries=F("tries") + 1, next_try_at=now + _pause(tries + 1), trouble=reason)
        tell_of_trouble(reason, now)
        waiting.filter(made_at__lte=now - GIVE_UP_AFTER).update(state=MailState.FAILED)


def _pause(tries: int) -> datetime.timedelta:
    """After one try a minute, after two two minutes, then four, up to an hour."""
    return min(datetime.timedelta(minutes=2 ** min(tries - 1, 10)), LONGEST_PAUSE)


def _reason(error: OSError) -> str:
    if isinstance(error, smtplib.SMTPResponseException):
        return f"{error.smtp_code} {_text(error.smtp_error)}"[:LONGEST_REASON]
    if isinstance(error, TimeoutError):
        return "時間内に応答がありません"
    return _text(error.strerror or str(error) or type(error).__name__)


def _text(answer) -> str:
    """What a server said, on one line."""
    text = answer.decode(errors="replace") if isinstance(answer, bytes) else str(answer)
    return " ".join(visible(text).split())[:LONGEST_REASON]
