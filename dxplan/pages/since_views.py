from dataclasses import dataclass

from django.shortcuts import render
from django.views.decorators.http import require_GET

from dxplan.accounts.permissions import Action
from dxplan.pages.since import changed_since, narrowed
from dxplan.pages.since_spans import spans_of
from kpis.differences import DifferenceKind
from plans.gates import open_plan


@dataclass(frozen=True)
class Tile:
    """The number of lines of a kind, which leads to these."""

    kind: DifferenceKind
    count: int
    url: str


@require_GET
def changes_since(request, plan_id):
    """What changed in a plan since the last login, the last meeting, last year or a day."""
    plan = open_plan(request, plan_id, Action.SEE_PLANS)
    spans = spans_of(plan, request.session, request.GET)
    changed = changed_since(plan, request.access, spans.chosen.moment)
    kind = _kind(request.GET.get("kind"))
    query = spans.chosen.query
    context = {
        "plan": plan,
        "spans": spans,
        "changed": narrowed(changed, kind),
        "kind": kind,
        "all_url": f"?{query}",
        "tiles": [
            Tile(item, count, f"?{query}&kind={item.value}#changes" if count else "")
            for item, count in changed.counts.items()
        ],
    }
    return render(request, "pages/changes_since.html", context)


def _kind(text):
    return DifferenceKind(text) if text in DifferenceKind.values() else None
