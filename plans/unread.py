"""A person's notices that were not read yet."""

from django.db.models import Count, OuterRef, Subquery
from django.db.models.functions import Coalesce
from django.utils import timezone

from plans.models import Notice


def with_unread_notices(users):
    """Users, each with the number of `unread_notices`."""
    own = Notice.objects.unread().filter(person=OuterRef("pk")).order_by()
    counted = own.values("person").annotate(number=Count("pk")).values("number")
    return users.annotate(unread_notices=Coalesce(Subquery(counted), 0))


def newest_unread(person, number: int) -> list[Notice]:
    """The newest of them. One query; none where `person` came along with a number of 0."""
    if not getattr(person, "unread_notices", 1):
        return []
    return list(Notice.objects.of(person).unread()[:number])


def mark_read(person, **which) -> int:
    """Marks those of a person's notices as read; returns how many were unread."""
    unread = Notice.objects.of(person).unread().filter(**which)
    return unread.update(read_at=timezone.now())
