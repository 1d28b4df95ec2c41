"""A part of every kind, and how a person fills in the form for one."""

import datetime

from django.urls import reverse

from plans.models import Committee, GlossaryTerm, Meeting, PlanChange, PolicyLevel, RelatedPlan
from plans.part_kinds import KINDS
from tests.factories import make_section

REASON = "令和8年5月の推進本部会議で決定"
SLUGS = list(KINDS)
ORDERED = [kind.slug for kind in KINDS.values() if kind.is_ordered]
NAME_FIELDS = dict.fromkeys(SLUGS, "name") | {"sections": "title", "terms": "term"}

# What is filled in for a new part beside its name and the reason.
TYPED = {
    "sections": {"depth": "1"},
    "terms": {"definition": "説明"},
    "committees": {"seats-TOTAL_FORMS": "0", "seats-INITIAL_FORMS": "0"},
    "meetings": {"held_on": "令和6年6月1日"},
    "related-plans": {"relation": "above"},
    "levels": {"place": "new", "tier": "measure", "axis": "新しい体系"},
}


def make_part(plan, slug, number=1, **overrides):
    """「名称1」 and so on; an own position and day for each number."""
    name = f"名称{number}"
    model, fields = {
        "terms": (GlossaryTerm, {"term": name, "definition": "説明", "position": number}),
        "committees": (Committee, {"name": name, "position": number}),
        "meetings": (Meeting, {"name": name, "held_on": datetime.date(2024, 5, number)}),
        "related-plans": (RelatedPlan, {"name": name, "relation": "above", "position": number}),
        "levels": (PolicyLevel, {"name": name, "depth": number, "tier": "measure"}),
        "sections": (None, {"number": "", "title": name}),
    }[slug]
    fields |= overrides
    return model.objects.create(plan=plan, **fields) if model else make_section(plan, **fields)


def new_part(slug, name="新しい名称", **fields):
    """What is sent for a new part of a plan in force."""
    return TYPED[slug] | {NAME_FIELDS[slug]: name, "reason": REASON} | fields


def list_url(plan, slug):
    return reverse("part_list", args=[plan.pk, slug])


def new_url(plan, slug):
    return reverse("part_new", args=[plan.pk, slug])


def part_url(part, slug, name="part_edit", plan=None):
    return reverse(name, args=[(plan or part.plan).pk, slug, part.pk])


def filled(response):
    """What the form on a page would send as it stands."""
    form = response.context["form"]
    fields = list(form)
    seats = getattr(form, "seats", None)
    if seats:
        fields += [*seats.management_form, *(field for line in seats for field in line)]
    values = {field.html_name: field.value() for field in fields}
    return {name: "" if value is None else value for name, value in values.items()}


def names(plan, slug):
    return [str(part) for part in KINDS[slug].of_plan(plan)]


def records(plan):
    return list(
        PlanChange.objects.filter(plan=plan)
        .order_by("pk")
        .values_list("kind", "subject", "detail", "reason")
    )


def said(response):
    """The messages on the page that a redirect leads to."""
    return [str(message) for message in response.context["messages"]]
