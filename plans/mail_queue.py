"""Puts notices on their way by mail, for those who chose so and where a mail server is known."""

from django.conf import settings
from django.db.models import F

from plans.models import MailState, Notice, OutgoingMail


def queue_mails(event_key: str, made_at) -> None:
    """For the notices of an event that were made at that moment. Two queries at most."""
    if settings.MAIL_SERVER is None:
        return
    chosen = Notice.objects.filter(
        event_key=event_key,
        made_at=made_at,  # so that a choice made later brings no old notices
        person__notice_choice__kinds__contains=[F("kind")],
    ).exclude(person__notice_choice__mail_address="")
    OutgoingMail.objects.bulk_create(
        OutgoingMail(notice_id=pk, address=address, made_at=made_at, next_try_at=made_at)
        for pk, address in chosen.values_list("pk", "person__notice_choice__mail_address")
    )


def last_failure(person) -> OutgoingMail | None:
    """The person's latest mail, where it could not be sent. One query."""
    latest = OutgoingMail.objects.filter(notice__person=person)
    latest = latest.exclude(state=MailState.WAITING).order_by("-pk").first()
    return latest if latest and latest.state == MailState.FAILED else None
