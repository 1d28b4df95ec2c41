"""What a new edition takes over from the plan before: copies, never the rows themselves."""

from itertools import groupby

from plans.models import (
    Checklist,
    ChecklistItem,
    ChecklistState,
    Committee,
    CommitteeSeat,
    GlossaryTerm,
    Meeting,
    Policy,
    PolicyFrameworkItem,
    PolicyLevel,
    PolicyLineage,
    PolicyLink,
    RelatedPlan,
    Relation,
    Section,
)
from plans.period import show_period

# Label, rows and their way to the plan. Meetings and states are the history of the old edition.
TAKEN_OVER = (
    ("方針・取組・施策", Policy, "plan"),
    ("章・節", Section, "plan"),
    ("推進組織", Committee, "plan"),
    ("上位・関連する計画", RelatedPlan, "plan"),
    ("用語", GlossaryTerm, "plan"),
    ("現況一覧の項目", ChecklistItem, "checklist__plan"),
)
LEFT_BEHIND = (
    ("会議・策定経過", Meeting, "plan"),
    ("現況一覧の項目の状況", ChecklistState, "item__checklist__plan"),
)


def count_of(kinds, plan) -> list[tuple[str, int]]:
    """(kind, number) of what a plan has. One query per kind."""
    found = [(label, model.objects.filter(**{path: plan}).count()) for label, model, path in kinds]
    return [(label, number) for label, number in found if number]


def copy_rows(rows, changed) -> dict:
    """Inserts a copy of each row, other in the columns `changed(row)` gives; copies by old id.

    One query to read, one to write.
    """
    rows = list(rows)
    copies = [_copy(row, changed(row)) for row in rows]
    if copies:
        type(rows[0]).objects.bulk_create(copies)
    return {row.pk: copy for row, copy in zip(rows, copies, strict=True)}


def _copy(row, changes):
    columns = (field.attname for field in row._meta.concrete_fields if not field.primary_key)
    return type(row)(**{column: getattr(row, column) for column in columns} | changes)


def copy_plan(earlier, later) -> dict[int, Policy]:
    """Gives a draft the structure of the plan it follows; its policies by the id of the old ones.

    Twenty-four queries, and one for every depth of the hierarchy.
    """
    policies = _copy_policies(earlier, later)
    _copy_pointers(earlier, policies)
    copy_rows(
        Section.objects.filter(plan=earlier), lambda section: {"plan_id": later.pk, "version": 1}
    )
    for model in (GlossaryTerm, RelatedPlan):
        copy_rows(model.objects.filter(plan=earlier), lambda row: {"plan_id": later.pk})
    _copy_with_parts(earlier, later, Committee, CommitteeSeat, "committee")
    _copy_with_parts(earlier, later, Checklist, ChecklistItem, "checklist")
    _name_the_plan_before(earlier, later)
    return policies


def _copy_policies(earlier, later):
    levels = copy_rows(
        PolicyLevel.objects.filter(plan=earlier), lambda level: {"plan_id": later.pk}
    )
    policies = {}
    in_depth_order = Policy.objects.filter(plan=earlier).select_related("level")
    by_depth = groupby(in_depth_order.order_by("level__depth", "pk"), lambda row: row.level.depth)
    for _, group in by_depth:
        policies.update(copy_rows(group, lambda row: _place(row, later, levels, policies)))
    PolicyLineage.objects.bulk_create(
        PolicyLineage(earlier_id=old, later=new) for old, new in policies.items()
    )
    return policies


def _place(policy, later, levels, policies):
    return {
        "plan_id": later.pk,
        "level_id": levels[policy.level_id].pk,
        "parent_id": policies[policy.parent_id].pk if policy.parent_id else None,
        "version": 1,
    }


def _copy_pointers(earlier, policies):
    """The matrix between axes, and the items of other plans that policies serve."""
    links = PolicyLink.objects.filter(policy__plan=earlier)
    copy_rows(
        links,
        lambda link: {
            "policy_id": policies[link.policy_id].pk,
            "parent_id": policies[link.parent_id].pk,
        },
    )
    items = PolicyFrameworkItem.objects.filter(policy__plan=earlier)
    copy_rows(items, lambda link: {"policy_id": policies[link.policy_id].pk})


def _copy_with_parts(earlier, later, model, part_model, name):
    wholes = copy_rows(model.objects.filter(plan=earlier), lambda whole: {"plan_id": later.pk})
    parts = part_model.objects.filter(**{f"{name}__in": wholes})
    copy_rows(parts, lambda part: {f"{name}_id": wholes[getattr(part, f"{name}_id")].pk})


def _name_the_plan_before(earlier, later):
    named = list(RelatedPlan.objects.filter(plan=later).values_list("name", "position"))
    if earlier.title in [name for name, _ in named]:
        return
    RelatedPlan.objects.create(
        plan=later,
        name=earlier.title,
        relation=Relation.BEFORE,
        period=show_period(earlier.first_fiscal_year, earlier.last_fiscal_year),
        position=max((position for _, position in named), default=0) + 1,
    )
