"""Looking for words in all that a town's plans say, kind by kind."""

from collections.abc import Callable
from dataclasses import dataclass

from django.db.models import Case, Count, F, Value, When, Window
from django.urls import reverse

from dxplan.lib.folded_lookup import holds_all, holds_any
from dxplan.lib.folding import Run, excerpt, marked
from kpis.models import Kpi
from plans.models import ChecklistItem, GlossaryTerm, Plan, Policy, Section
from plans.places import policy_url, section_url, term_url

MOST_HITS = 20


@dataclass(frozen=True)
class Hit:
    """Something found: its name and the text around the hit, in runs; where it stands."""

    title: tuple[Run, ...]
    excerpt: tuple[Run, ...]
    place: str
    url: str


@dataclass(frozen=True)
class Hits:
    """What was found of one kind: the best of it, and how much there is."""

    kind: str
    total: int
    hits: tuple[Hit, ...]

    @property
    def further(self) -> int:
        """How many more there are than shown."""
        return self.total - len(self.hits)


@dataclass(frozen=True)
class Kind:
    """A kind of thing that is searched. `plan` is the way from it to its plan's id.

    A hit in one of `names` counts more than one in `texts`; `place` says where in its plan a thing
    stands.
    """

    label: str
    model: type
    plan: str
    names: tuple[str, ...]
    texts: tuple[str, ...]
    order: tuple[str, ...]
    title: Callable
    url: Callable
    place: Callable = lambda _: ""
    related: tuple[str | None, ...] = (None,)  # select_related() without a name would join all


KINDS = (
    Kind(
        "計画",
        Plan,
        plan="pk",
        names=("title",),
        texts=("philosophy", "summary"),
        order=(),
        title=str,
        place=lambda plan: plan.get_state_display(),
        url=Plan.get_absolute_url,
    ),
    Kind(
        "方針・施策",
        Policy,
        plan="plan",
        names=("number", "name"),
        texts=("summary",),
        order=("level__axis_position", "level__depth", "position"),
        title=str,
        place=lambda policy: policy.level.name,
        url=lambda policy: policy_url(policy.plan_id, policy.pk),
        related=("level",),
    ),
    Kind(
        "成果指標",
        Kpi,
        plan="plan",
        names=("number", "name"),
        texts=("definition", "target_wording"),
        order=("position",),
        title=lambda kpi: f"{kpi.number} {kpi.name}",
        url=Kpi.get_absolute_url,
    ),
    Kind(
        "章・節",
        Section,
        plan="plan",
        names=("number", "title"),
        texts=("body",),
        order=("position",),
        title=str,
        url=lambda section: section_url(section.plan_id, section.pk),
    ),
    Kind(
        "用語",
        GlossaryTerm,
        plan="plan",
        names=("term", "reading"),
        texts=("definition",),
        order=("position",),
        title=lambda term: f"{term.term}（{term.reading}）" if term.reading else term.term,
        url=lambda term: term_url(term.plan_id, term.pk),
    ),
    Kind(
        "現況一覧の項目",
        ChecklistItem,
        plan="checklist__plan",
        names=("name",),
        texts=(),
        order=("checklist__position", "number"),
        title=str,
        place=lambda item: item.checklist.name,
        url=lambda item: reverse(
            "checklist_detail", args=[item.checklist.plan_id, item.checklist_id]
        ),
        related=("checklist",),
    ),
)


def search(plans: list[Plan], words: list[str]) -> list[Hits]:
    """What these plans say with all the words, plan after plan. Six queries, one for each kind."""
    titles = {plan.pk: plan.title for plan in plans}
    found = [_hits(kind, titles, words) for kind in KINDS]
    return [hits for hits in found if hits.total]


def _hits(kind, titles, words) -> Hits:
    found = kind.model.objects.filter(**{f"{kind.plan}__in": titles})
    found = found.filter(holds_all(words, *kind.names, *kind.texts))
    best_first = found.order_by(_rank(kind, words), _place_of_plan(kind, titles), *kind.order, "pk")
    counted = best_first.annotate(total=Window(Count("pk")), plan_ref=F(kind.plan))
    things = list(counted.select_related(*kind.related)[:MOST_HITS])
    return Hits(
        kind=kind.label,
        total=things[0].total if things else 0,
        hits=tuple(_hit(kind, thing, titles, words) for thing in things),
    )


def _rank(kind, words):
    """All words in the name, then some of them, then none."""
    return Case(
        When(holds_all(words, *kind.names), then=Value(0)),
        When(holds_any(words, *kind.names), then=Value(1)),
        default=Value(2),
    )


def _place_of_plan(kind, plan_ids):
    places = [When(**{kind.plan: plan_id}, then=place) for place, plan_id in enumerate(plan_ids)]
    return Case(*places, default=len(places))


def _hit(kind, thing, titles, words) -> Hit:
    excerpts = [excerpt(getattr(thing, name), words) for name in kind.texts]
    with_hit = [runs for runs in excerpts if any(run.is_hit for run in runs)]
    says_plan = len(titles) > 1 and kind.model is not Plan
    place = (titles[thing.plan_ref] if says_plan else "", kind.place(thing))
    return Hit(
        title=marked(kind.title(thing), words),
        excerpt=next(iter([*with_hit, *filter(None, excerpts)]), ()),
        place="・".join(filter(None, place)),
        url=kind.url(thing),
    )
