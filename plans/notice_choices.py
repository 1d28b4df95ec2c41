"""Which notices a person wants by mail too."""

from plans.models import NoticeChoice, NoticeKind

# Offered to who has not chosen yet: what asks the person to do something.
FIRST_OFFERED = (
    NoticeKind.OPENED,
    NoticeKind.DUE_SOON,
    NoticeKind.OVERDUE,
    NoticeKind.REMINDED,
    NoticeKind.RETURNED,
)


def choice_of(person) -> dict:
    """What the person chose, else what is offered first. One query."""
    standing = NoticeChoice.objects.filter(person=person).first()
    if standing is None:
        return {"mail_address": "", "kinds": [kind.value for kind in FIRST_OFFERED]}
    return {"mail_address": standing.mail_address, "kinds": standing.kinds}


def choose(*, person, mail_address: str, kinds: list[str]) -> None:
    """Keeps a choice in place of the one before; without a change nothing goes on record."""
    chosen = {"mail_address": mail_address, "kinds": kinds}
    NoticeChoice.objects.update_or_create(person=person, defaults=chosen)
