"""A person's notices that were not read yet, and works that the person has not seen the end of."""

from django.db.models import IntegerField
from django.db.models.expressions import RawSQL
from django.utils import timezone

from plans.models import Notice

# By hand, for every page asks it: composing the same took the ORM longer than counting it takes.
UNREAD = """
(SELECT count(*) FROM plans_notice WHERE person_id = accounts_user.id AND read_at IS NULL)
"""
UNSEEN = """
(SELECT count(*) FROM plans_work
 WHERE person_id = accounts_user.id AND seen_at IS NULL AND asked_at > now() - interval '12 hours')
"""


def with_unread(users):
    """Users, each with the number of `unread_notices` and of `unseen_works`."""
    return users.annotate(
        unread_notices=RawSQL(UNREAD, (), output_field=IntegerField()),
        unseen_works=RawSQL(UNSEEN, (), output_field=IntegerField()),
    )


def newest_unread(person, number: int) -> list[Notice]:
    """The newest of them. One query; none where `person` came along with a number of 0."""
    if not getattr(person, "unread_notices", 1):
        return []
    return list(Notice.objects.of(person).unread()[:number])


def mark_read(person, **which) -> int:
    """Marks those of a person's notices as read; returns how many were unread."""
    unread = Notice.objects.of(person).unread().filter(**which)
    return unread.update(read_at=timezone.now())
