"""Notices are no record: what they tell of is on record itself. They go when nobody needs them."""

import datetime

from plans.models import Notice, OutgoingMail

KEPT_AFTER_READING = datetime.timedelta(days=400)  # last year's, when this year's comes
KEPT_UNREAD = datetime.timedelta(days=3 * 365)
KEPT_MAILS = datetime.timedelta(days=90)
MOST_AT_ONCE = 5000


def forget_old(now) -> None:
    """Removes old notices, and mails with their addresses, a part at a time."""
    _remove(OutgoingMail.objects.filter(made_at__lt=now - KEPT_MAILS))
    _remove(Notice.objects.filter(read_at__lt=now - KEPT_AFTER_READING))
    _remove(Notice.objects.filter(made_at__lt=now - KEPT_UNREAD))


def _remove(rows):
    rows.model.objects.filter(pk__in=rows.order_by().values("pk")[:MOST_AT_ONCE]).delete()
