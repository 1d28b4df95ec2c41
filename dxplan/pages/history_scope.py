"""Who reads what of the trail, by the permission matrix.

People and departments by those who read the whole town's trail; plans and what is in them only by
who also sees plans, KPIs of one's own departments by those who read no further. Drafts stay with
those who see drafts. What has no town, the national plans, is read as such only.
"""

from django.core.exceptions import PermissionDenied
from django.db.models import Exists, OuterRef
from django.http import Http404

from dxplan.accounts.models import Municipality
from dxplan.accounts.permissions import Action, Reach
from dxplan.accounts.trail.queries import Found, is_among
from dxplan.accounts.trail.scope import Part
from dxplan.accounts.trail.subjects import EventKind, Subject
from dxplan.lib.audit import event_models
from dxplan.pages.history_subjects import ACCOUNTS, BY_SLUG, CONTENTS, KPIS, SUBJECTS
from kpis.models import Kpi, KpiResponsibility
from plans.models import Framework, FrameworkItem, Plan

SHARED = (SUBJECTS[Framework], SUBJECTS[FrameworkItem])


def reads_contents(access) -> bool:
    """Whether the person reads the history of all that the town's plans hold."""
    return access.reach(Action.READ_TRAIL, Action.SEE_PLANS) == Reach.TOWN


def reads_every_town(access) -> bool:
    """Whether accounts of all towns are open: to an administrator of none."""
    return access.municipality_id is None and access.reach(Action.READ_TRAIL) == Reach.TOWN


def readable(access) -> tuple[Part, ...]:
    """All that the person reads of the own town's trail."""
    return (*_accounts(access), *_contents(access))


def done_by(access) -> tuple[Part, ...]:
    """Where to look for what the person did: in all that the person may see."""
    contents = _own_town(access)[1:] if access.may(Action.SEE_PLANS) else ()
    return (*(_accounts(access) or _own_town(access)[:1]), *contents)


def _own_town(access):
    """What exists for the person at all: accounts, and what the plans hold that one may open."""
    return (_town_part(access, ACCOUNTS), Part(CONTENTS, _visible_roots(access)))


def _accounts(access):
    if access.reach(Action.READ_TRAIL) < Reach.TOWN:
        return ()
    if reads_every_town(access):
        return (Part(ACCOUNTS, None),)
    return (_town_part(access, ACCOUNTS),)


def _contents(access):
    if reads_contents(access):
        return (Part(CONTENTS, _visible_roots(access)),)
    if access.reach(Action.READ_TRAIL, Action.SEE_PLANS) == Reach.OWN_DEPARTMENTS:
        return (Part(KPIS, {Kpi: _own_kpis(access)}),)
    return ()


def _town_part(access, subjects):
    return Part(subjects, {Municipality: [access.municipality_id]})


def _visible_roots(access):
    """The town, or its plans but for drafts and what became of them."""
    if access.reach(Action.SEE_DRAFTS) == Reach.TOWN:
        return {Municipality: [access.municipality_id]}
    return {Plan: _visible_plans(access), Framework: _own_frameworks(access)}


def _visible_plans(access):
    return Plan.objects.visible_to(access).values("pk")


def _own_frameworks(access):
    return Framework.objects.filter(municipality=access.municipality_id).values("pk")


def _own_kpis(access):
    """The KPIs of the person's departments, those too that were theirs when they were removed."""
    departments = access.department_ids(Action.READ_TRAIL)
    kpis = Kpi.objects.visible_to(access).filter(responsibilities__department__in=departments)
    removed = {"pgh_label": EventKind.DELETE, "pgh_created_at": OuterRef("pgh_created_at")}
    theirs = event_models()[KpiResponsibility].objects.filter(
        kpi=OuterRef("pgh_obj_id"), department__in=departments, **removed
    )
    gone = event_models()[Kpi].objects.filter(
        Exists(theirs), plan__in=_visible_plans(access), pgh_label=EventKind.DELETE
    )
    return kpis.values("pk").union(gone.values("pgh_obj_id"), all=True)


def open_history(access, slug: str, row_id: int) -> tuple[Subject, Found]:
    """A thing's kind and all events of it and below it. Three queries at most.

    Raises Http404 outside the own town and for drafts one does not see, PermissionDenied for what
    one's roles do not allow.
    """
    subject = BY_SLUG.get(slug)
    if subject is None or subject.is_part:
        raise Http404
    parts = (*readable(access), *_shared(access))
    if not _is_within(subject, row_id, parts):
        if _is_within(subject, row_id, _own_town(access)):
            raise PermissionDenied
        raise Http404
    below = ACCOUNTS if subject in ACCOUNTS else CONTENTS
    return subject, Found((Part(below, {subject.model: [row_id]}),))


def _is_within(subject, row_id, parts):
    return any(is_among(subject.model, row_id, part) for part in parts if subject in part.subjects)


def _shared(access):
    """The national plans: of no town, open to who reads of plans."""
    national = Framework.objects.filter(municipality=None).values("pk")
    return (Part(SHARED, {Framework: national}),) if reads_contents(access) else ()
