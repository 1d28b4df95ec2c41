"""What changed in a plan since a moment, arranged for one page: by policy and KPI.

Results, targets, grades and judgements are the rows of then and of now, as pages show them to this
person; all else is told by the trail. Who, when and why are for those who read that trail.
"""

import datetime
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, replace

from actionplans.models import ActionPlan, ActionPlanKpi, Budget, Stage
from dxplan.accounts.permissions import Access, Action
from dxplan.accounts.trail.changes import Change, Reader
from dxplan.accounts.trail.scope import Part
from dxplan.accounts.trail.states import Told
from dxplan.accounts.trail.subjects import EventKind
from dxplan.accounts.trail.turned import Turned, turned_since
from dxplan.pages.history_scope import reads_contents
from dxplan.pages.history_subjects import BY_SLUG, STAMPS, SUBJECTS
from dxplan.pages.since_rows import Group, Line, Thing, by_whom, line_of, lines_of
from kpis.differences import Difference, DifferenceKind, differences
from kpis.earlier import held_before
from kpis.models import (
    GradeScale,
    GradeStep,
    Judgement,
    Kpi,
    KpiResponsibility,
    Opinion,
    Result,
    Target,
    TargetRevision,
)
from kpis.progress import progress_of, stored
from kpis.rows import KpiProgress
from kpis.sight import sight_of
from kpis.summary import has_sample
from plans.models import (
    Checklist,
    ChecklistItem,
    ChecklistState,
    Committee,
    CommitteeSeat,
    GlossaryTerm,
    Meeting,
    Plan,
    PlanYear,
    Policy,
    PolicyFrameworkItem,
    PolicyLevel,
    PolicyLink,
    RelatedPlan,
    Section,
)
from plans.places import policy_url
from plans.tree import PolicyNode

DOCUMENT, SHEETS, GONE = "計画書", "アクションプラン", "なくなった施策・指標"
BY_ROWS = (Result, Target, TargetRevision, Judgement)
OF_POLICIES = (Policy, PolicyLink, PolicyFrameworkItem)
OF_KPIS = (Kpi, KpiResponsibility)
OF_SHEETS = (ActionPlan, ActionPlanKpi, Stage, Budget)
# Only what everybody who sees the plan may see: nothing that people tell each other meanwhile.
OF_DOCUMENT = (
    *(Plan, PlanYear, Section, PolicyLevel, Checklist, ChecklistItem, ChecklistState),
    *(Committee, CommitteeSeat, Meeting, Opinion, RelatedPlan, GlossaryTerm, GradeScale, GradeStep),
)
PLACES = ("position", "axis_position")
OF_YEARS = ("state", "due_on")


def _told(subject):
    """A kind of thing without what would only tell that others moved up or down."""
    hidden = (*STAMPS, *PLACES)
    if subject.model is PlanYear:
        names = {field.name for field in PlanYear._meta.concrete_fields}
        hidden = tuple(names - {*OF_YEARS})
    return replace(subject, left_out=(*subject.left_out, *hidden), kinds=tuple(EventKind))


TOLD = tuple(
    _told(SUBJECTS[model]) for model in (*OF_DOCUMENT, *OF_POLICIES, *OF_KPIS, *BY_ROWS, *OF_SHEETS)
)
READER = Reader({subject.model: subject for subject in TOLD})


@dataclass(frozen=True)
class Changed:
    """All of it; `counts` holds every kind, whatever is shown."""

    groups: tuple[Group, ...]
    counts: dict[DifferenceKind, int]
    kpis_changed: int
    kpis_total: int
    has_sample: bool

    @property
    def total(self) -> int:
        return sum(self.counts.values())


def changed_since(plan, access: Access, moment: datetime.datetime) -> Changed:
    """What this person sees of the changes. Eleven queries at most."""
    held, sight = stored(plan), sight_of(access)
    turned = turned_since(Part(TOLD, {Plan: [plan.pk]}), moment)
    rows = progress_of(held, sight)
    before = progress_of(held_before(held, turned), sight)
    changes = READER.tell([item.net for item in turned if item.model not in BY_ROWS])
    things = {(item.net.subject.slug, item.id): item.net.after for item in turned}
    trail = _Trail(access, changes, _kpi_years(turned), things)
    groups = _groups(plan, held.nodes, rows, {row.id: row for row in before}, trail)
    things = [thing for group in groups for thing in group.things]
    counts = Counter(line.kind for thing in things for line in thing.lines)
    return Changed(
        groups=groups,
        counts={kind: counts[kind] for kind in DifferenceKind},
        kpis_changed=sum(thing.is_kpi for thing in things),
        kpis_total=len(rows),
        has_sample=has_sample(rows),
    )


def narrowed(changed: Changed, kind: DifferenceKind | None) -> Changed:
    """Only the lines of a kind; the counts stay."""
    if kind is None:
        return changed
    groups = (replace(group, things=_of_kind(group.things, kind)) for group in changed.groups)
    return replace(changed, groups=tuple(group for group in groups if group.things))


def _of_kind(things, kind):
    cut = (
        replace(thing, lines=tuple(line for line in thing.lines if line.kind == kind))
        for thing in things
    )
    return tuple(thing for thing in cut if thing.lines)


class _Trail:
    """What the trail tells, by the thing it is told of, and how much of it this person reads."""

    def __init__(self, access: Access, changes: list[Change], kpi_years: dict, things: dict):
        self.access, self.kpi_years, self.things = access, kpi_years, things
        self.reads_contents = reads_contents(access)
        self.by_holder: dict[tuple[str, int], list[Change]] = {}
        for change in changes:
            self.by_holder.setdefault(change.holder, []).append(change)

    def reads_of(self, row: KpiProgress) -> bool:
        return self.access.may_for(Action.READ_TRAIL, row.department_ids)

    def lines(self, holder, reads: bool) -> Iterator[Line]:
        for change in self.by_holder.get(holder, ()):
            for line in lines_of(change):
                yield _signed(line, change) if reads else line

    def line(self, row: KpiProgress, difference: Difference) -> Line:
        """A difference of a KPI's year. A grade changes by itself: no name stands there."""
        key = (difference.kind, row.id, int(difference.fiscal_year), difference.layer)
        told = self.kpi_years.get(key)
        line = line_of(difference)
        return by_whom(line, told) if told and self.reads_of(row) else line

    def thing(self, holder, **given) -> Thing:
        history = holder if self.reads_contents else None
        return Thing(history=history, lines=tuple(self.lines(holder, self.reads_contents)), **given)


def _signed(line, change):
    return replace(line, who=change.who.name, at=change.at_text, reason=change.reason)


def _kpi_years(turned: list[Turned]) -> dict[tuple, Told]:
    """The last change of what makes a KPI's year, by what is shown of it."""
    found = {}
    for item in sorted(turned, key=lambda item: item.net.at):
        row = item.after or item.before
        if item.model is Target:
            found[DifferenceKind.TARGET, row.kpi_id, row.fiscal_year, None] = item.net
        elif item.model is Result:
            found[DifferenceKind.RESULT, row.kpi_id, row.fiscal_year, None] = item.net
            found[DifferenceKind.TEXT, row.kpi_id, row.fiscal_year, None] = item.net
        elif item.model is Judgement:
            found[DifferenceKind.TEXT, row.kpi_id, row.fiscal_year, row.layer] = item.net
    return found


def _groups(plan, nodes: list[PolicyNode], rows, before, trail: _Trail) -> tuple[Group, ...]:
    """By the headings above the policies, as the plan has them."""
    kpis = {}
    for row in rows:
        kpis.setdefault(row.policy.id, []).append(_kpi(row, before.get(row.id), trail))
    found = {DOCUMENT: [*_parts(plan, trail, OF_DOCUMENT)]}
    for node in nodes:
        things = found.setdefault(node.group_label, [])
        things += [_policy(plan, node, trail), *kpis.get(node.id, ())]
    there = {(SUBJECTS[Policy].slug, node.id) for node in nodes}
    there |= {(SUBJECTS[Kpi].slug, row.id) for row in rows}
    found[SHEETS] = [*_parts(plan, trail, OF_SHEETS)]
    found[GONE] = [*_gone(trail, there)]
    groups = (
        Group(title, tuple(thing for thing in things if thing.lines))
        for title, things in found.items()
    )
    return tuple(group for group in groups if group.things)


def _policy(plan, node, trail):
    return trail.thing(
        (SUBJECTS[Policy].slug, node.id),
        kind=node.level_name,
        name=node.label,
        url=policy_url(plan.pk, node.id),
    )


def _kpi(row: KpiProgress, before: KpiProgress | None, trail: _Trail) -> Thing:
    holder = (SUBJECTS[Kpi].slug, row.id)
    found = differences(before, row) if before else ()
    reads = trail.reads_of(row)
    return Thing(
        kind="指標",
        name=f"{row.number} {row.name}",
        place=row.policy.label,
        url=Kpi(pk=row.id).get_absolute_url(),
        history=holder if reads else None,
        lines=(*(trail.line(row, item) for item in found), *trail.lines(holder, reads)),
        is_kpi=True,
    )


def _parts(plan, trail: _Trail, models) -> Iterator[Thing]:
    """What stands beside policies and KPIs, in the order of the kinds."""
    slugs = [SUBJECTS[model].slug for model in models]
    holders = [holder for holder in trail.by_holder if holder[0] in slugs]
    for holder in sorted(holders, key=lambda holder: (slugs.index(holder[0]), holder[1])):
        subject, [change, *_] = BY_SLUG[holder[0]], trail.by_holder[holder]
        is_gone = change.kind == EventKind.DELETE and change.subject.slug == subject.slug
        url = "" if is_gone or subject.url is None else _url(plan, subject, holder, trail)
        yield trail.thing(holder, kind=subject.label, name=change.holder_name, url=url)


def _url(plan, subject, holder, trail):
    """Where a thing stands; one of which only parts changed is known by its id alone."""
    row = trail.things.get(holder)
    if row is None:
        row = plan if subject.model is Plan else subject.model(pk=holder[1], plan=plan)
    return subject.url(row)


def _gone(trail, there) -> Iterator[Thing]:
    for holder, changes in trail.by_holder.items():
        if holder[0] in (SUBJECTS[Policy].slug, SUBJECTS[Kpi].slug) and holder not in there:
            yield trail.thing(
                holder, kind=BY_SLUG[holder[0]].label, name=changes[0].holder_name, url=""
            )
