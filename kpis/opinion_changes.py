"""Writes of opinions, responses and of what is settled; nobody's save lost, no form kept twice."""

import datetime
from dataclasses import dataclass

from django.db import transaction
from django.db.models import F
from django.utils import timezone

from kpis.models import Opinion, OpinionResponsibility
from plans.editing import Stale
from plans.models import Meeting

HAS_RESPONSE = "対応が入力されているため、削除できません。"


class Kept(Exception):
    """Something hangs on the opinion; says what, in Japanese."""


@dataclass(frozen=True)
class OpinionSaid:
    """What a meeting said, of what (neither: of the whole plan), and who is to respond."""

    kind: str
    text: str
    policy_id: int | None = None
    kpi_id: int | None = None
    department_ids: frozenset[int] = frozenset()

    @property
    def columns(self):
        return {
            "kind": self.kind,
            "text": self.text,
            "policy_id": self.policy_id,
            "kpi_id": self.kpi_id,
        }


def said_in(opinion: Opinion) -> OpinionSaid:
    """What a stored opinion says. One query."""
    departments = opinion.responsibilities.values_list("department", flat=True)
    return OpinionSaid(
        kind=opinion.kind,
        text=opinion.text,
        policy_id=opinion.policy_id,
        kpi_id=opinion.kpi_id,
        department_ids=frozenset(departments),
    )


@transaction.atomic
def record_opinion(*, meeting: Meeting, said: OpinionSaid, user) -> bool:
    """Records what a meeting said; False where the same stands there already.

    The meeting's row is held, so that a form sent twice, also at the same moment, keeps one.
    """
    Meeting.objects.select_for_update().get(pk=meeting.pk)
    if meeting.opinions.filter(**said.columns).exists():
        return False
    opinion = Opinion.objects.create(
        meeting=meeting,
        recorded_by=user,
        recorded_by_name=user.name,
        recorded_at=timezone.now(),
        **said.columns,
    )
    _make_responsible(opinion, said.department_ids)
    return True


@transaction.atomic
def edit_opinion(*, opinion_id: int, version: int, said: OpinionSaid) -> bool:
    """Makes an opinion say this; False where it does. Raises Stale."""
    standing = _locked(opinion_id)
    if said_in(standing) == said:
        return False
    if standing.version != version:
        raise Stale(standing)
    Opinion.objects.filter(pk=opinion_id).update(version=F("version") + 1, **said.columns)
    _make_responsible(standing, said.department_ids)
    return True


@transaction.atomic
def respond(*, opinion_id: int, version: int, text: str, user) -> bool:
    """Saves the department's response; False where it stands there. Raises Stale."""
    standing = _locked(opinion_id)
    if standing.response == text:
        return False
    if standing.response_version != version:
        raise Stale(standing)
    Opinion.objects.filter(pk=opinion_id).update(
        response=text,
        response_version=F("response_version") + 1,
        responded_by=user,
        responded_by_name=user.name,
        responded_at=timezone.now(),
    )
    return True


@transaction.atomic
def settle(
    *, opinion_id: int, seen: tuple[int, int], settled_on: datetime.date | None, user
) -> bool:
    """Calls a point settled from a day on, or open again with None; False where it is so.

    `seen` are the versions of opinion and response that were read. Raises Stale.
    """
    standing = _locked(opinion_id)
    if standing.settled_on == settled_on:
        return False
    if (standing.version, standing.response_version) != seen:
        raise Stale(standing)
    Opinion.objects.filter(pk=opinion_id).update(
        settled_on=settled_on, settled_by_name=user.name if settled_on else ""
    )
    return True


@transaction.atomic
def remove_opinion(*, opinion_id: int, version: int) -> None:
    """Removes what was recorded by mistake. Raises Stale, Kept where a department responded."""
    standing = _locked(opinion_id)
    if standing.version != version:
        raise Stale(standing)
    if standing.response_version:
        raise Kept(HAS_RESPONSE)
    standing.delete()


def _locked(opinion_id) -> Opinion:
    """An opinion as it is now, held until the transaction ends. Raises Stale where it is gone."""
    found = Opinion.objects.select_for_update(of=("self",)).filter(pk=opinion_id)
    standing = found.select_related("meeting").first()
    if standing is None:
        raise Stale
    return standing


def _make_responsible(opinion, department_ids):
    rows = OpinionResponsibility.objects.filter(opinion=opinion)
    rows.exclude(department__in=department_ids).delete()
    kept = set(rows.values_list("department", flat=True))
    OpinionResponsibility.objects.bulk_create(
        OpinionResponsibility(opinion=opinion, department_id=pk)
        for pk in sorted(department_ids - kept)
    )
