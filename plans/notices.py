"""Tells people what happened: a notice inside the product, and by mail to those who chose it."""

from django.db import transaction
from django.db.models import QuerySet
from django.urls import reverse
from django.utils import timezone

from dxplan.accounts.models import User
from plans.mail_queue import queue_mails
from plans.models import Notice, NoticeKind
from plans.notice_texts import LONGEST_TITLE, text_of, title_of

# What a notice opens; all others open the plan's dashboard.
OPENS_THE_GRID = (
    NoticeKind.OPENED,
    NoticeKind.DUE_SOON,
    NoticeKind.OVERDUE,
    NoticeKind.REMINDED,
    NoticeKind.SUBMITTED,
    NoticeKind.RETURNED,
    NoticeKind.REOPENED,
)


def notify(*, kind, plan_year, people, occasion, lines=(), title="", link="", by=None) -> int:
    """Tells `people` of something in a plan's year; returns how many had not been told before.

    `people` is a queryset or a list of users; only active ones of the plan's town are told, and
    never `by`, who did it. `occasion` tells one happening of its kind from the next: the due date,
    `f"{result.pk}.{result.version}"`; the same people are told of the same occasion once, however
    often this is called. `lines` say more than the kind does; `title` and `link` replace what the
    kind gives. Four queries at most, in the caller's transaction; mail goes out after it.
    """
    plan = plan_year.plan
    key = f"{kind}/{plan.pk}/{plan_year.fiscal_year}/{occasion}"
    told = User.objects.filter(municipality=plan.municipality_id, is_active=True)
    told = told.filter(pk__in=_ids(people))
    if by is not None:
        told = told.exclude(pk=by.pk)
    return tell(
        told,
        kind=kind,
        event_key=key,
        plan=plan,
        fiscal_year=plan_year.fiscal_year,
        title=title or title_of(kind, plan_year.fiscal_year, plan_year.due_on),
        text=text_of(kind, plan.title, plan_year.due_on, lines),
        link=link or _link(kind, plan_year),
    )


def tell(people, *, event_key, title, **columns) -> int:
    """Makes a notice for each of a queryset of users who has none of `event_key` yet."""
    columns |= {"event_key": event_key, "title": title[:LONGEST_TITLE]}
    already = Notice.objects.filter(event_key=event_key).values("person")
    ids = list(people.exclude(pk__in=already).order_by("pk").values_list("pk", flat=True))
    if not ids:
        return 0
    made_at = timezone.now()
    with transaction.atomic():
        Notice.objects.bulk_create(
            [Notice(person_id=pk, made_at=made_at, **columns) for pk in ids],
            ignore_conflicts=True,
        )
        queue_mails(event_key, made_at)
    return len(ids)


def _ids(people):
    return people.values("pk") if isinstance(people, QuerySet) else [one.pk for one in people]


def _link(kind, plan_year):
    name = "result_grid" if kind in OPENS_THE_GRID else "dashboard"
    return f"{reverse(name, args=[plan_year.plan_id])}?fiscal_year={plan_year.fiscal_year}"
