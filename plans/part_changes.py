"""Changes of a plan's parts, within a `plan_edit`; each leaves a record.

What another person did meanwhile shows as `Stale` with the part as it stands, what cannot be as
`Refused` (with hangers-on) or as a ValidationError that names the field.
"""

from django.core.exceptions import ValidationError
from django.db.models import F

from plans.editing import PlanEdit, Stale, what_changed
from plans.models import ChangeKind, Committee, CommitteeSeat, PolicyLevel, Section
from plans.part_kinds import Kind
from plans.part_order import put, put_after, side_by_side
from plans.part_rules import hanging_on_part, levels_of_axis, needs_reason, refuse_twins
from plans.parts import PartState, depths_of, mark_of, shown, stored
from plans.structure import Refused

MOST_NAMED = 5  # of what keeps a part, in one sentence


def add_part(edit: PlanEdit, kind: Kind, typed: PartState) -> None:
    """A new part, last of its kind (or where a section is to go)."""
    part = typed.part
    if kind.is_ordered:
        last = kind.of_plan(edit.plan).last()
        part.position = last.position + 1 if last else 1
    refuse_twins(part)
    part.save(force_insert=True)
    _save_seats(typed)
    place = _put_section(kind, typed)
    texts = shown(kind, typed)
    detail = what_changed(dict.fromkeys(texts, ""), texts)
    is_reasoned = needs_reason(part)
    edit.record(
        ChangeKind.ADDED, _subject(kind, part), _lines(detail, place), needs_reason=is_reasoned
    )


def edit_part(edit: PlanEdit, kind: Kind, typed: PartState, *, seen: str) -> bool:
    """Makes a part say what was typed; False where it does already.

    So the same sent twice is harmless. `seen` is the mark of what the person saw.
    """
    standing = _standing(kind, edit.plan, typed.part.pk)
    before, after = shown(kind, standing), shown(kind, typed)
    if before != after:
        _claim(kind, standing, seen)
        refuse_twins(typed.part, standing)
        _save(kind, typed, standing)
    place = _put_section(kind, typed)
    detail = what_changed(before, after)
    if not (detail or place):
        return False
    change = ChangeKind.EDITED if detail else ChangeKind.REORDERED
    is_reasoned = needs_reason(standing.part, typed.part)
    edit.record(
        change, _subject(kind, standing.part), _lines(detail, place), needs_reason=is_reasoned
    )
    return True


def place_part(edit: PlanEdit, kind: Kind, part_id: int, index: int) -> bool:
    """Gives a part the `index`-th place among its neighbours; False where it stands there."""
    parts = list(kind.of_plan(edit.plan))
    ids = [part.pk for part in parts]
    if part_id not in ids:
        raise Stale
    at, depths = ids.index(part_id), depths_of(parts)
    order = put(depths, at, index)
    if order == list(range(len(parts))):
        return False
    _renumber(kind, [parts[n] for n in order])
    place = min(index + 1, len(side_by_side(depths, at)))
    edit.record(ChangeKind.REORDERED, _subject(kind, parts[at]), f"{place}番目へ")
    return True


def remove_part(edit: PlanEdit, kind: Kind, part_id: int, *, seen: str) -> None:
    """Removes a part with what goes with it. Raises Refused where something keeps it."""
    standing = _standing(kind, edit.plan, part_id)
    if mark_of(kind, standing) != seen:
        raise Stale(standing)
    keeping = [name for item in hanging_on_part(standing.part) if item.keeps for name in item.names]
    if keeping:
        names = "、".join(f"「{name}」" for name in keeping[:MOST_NAMED])
        rest = f"など{len(keeping)}件" if len(keeping) > MOST_NAMED else ""
        raise Refused(f"次のものが付いているため、削除できません: {names}{rest}")
    texts = shown(kind, standing)
    standing.part.delete()
    detail = what_changed(texts, dict.fromkeys(texts, ""))
    edit.record(ChangeKind.REMOVED, _subject(kind, standing.part), detail)


def _standing(kind, plan, part_id) -> PartState:
    """A part of the plan as it is now. Raises Stale where it is gone."""
    part = kind.of_plan(plan).filter(pk=part_id).first()
    if part is None:
        raise Stale
    return stored(part)


def _claim(kind, standing, seen):
    """Keeps a part for this change, unless someone else changed it since it was seen."""
    if mark_of(kind, standing) != seen:
        raise Stale(standing)
    if kind.model is Section:
        rows = Section.objects.filter(pk=standing.part.pk, version=standing.part.version)
        if not rows.update(version=F("version") + 1):
            raise Stale(standing)


def _save(kind, typed, standing):
    part = typed.part
    if kind.model is PolicyLevel:
        levels_of_axis(part, standing.part.axis).update(axis=part.axis)
    part.save(update_fields=kind.fields)
    if typed.seats != standing.seats:
        _save_seats(typed)


def _save_seats(typed):
    if not isinstance(typed.part, Committee):
        return
    CommitteeSeat.objects.filter(committee=typed.part).delete()
    CommitteeSeat.objects.bulk_create(
        CommitteeSeat(committee=typed.part, position=position, **seat._asdict())
        for position, seat in enumerate(typed.seats, 1)
    )


def _put_section(kind, typed) -> str:
    """Puts a section where it was told to go; says where, or nothing where it stands there."""
    if typed.after is None:
        return ""
    sections = list(kind.of_plan(typed.part.plan))
    ids = [section.pk for section in sections]
    try:
        after = ids.index(typed.after) if typed.after else None
        order = put_after(depths_of(sections), ids.index(typed.part.pk), after)
    except ValueError:
        raise ValidationError({"after": "ほかの場所を選んでください。"}) from None
    if order == list(range(len(ids))):
        return ""
    _renumber(kind, [sections[n] for n in order])
    return f"置く場所: 「{sections[after]}」の後" if typed.after else "置く場所: いちばん前"


def _renumber(kind, parts):
    for position, part in enumerate(parts, 1):
        part.position = position
    kind.model.objects.bulk_update(parts, ["position"])


def _subject(kind, part):
    return f"{kind.name}「{part}」"


def _lines(*texts):
    return "\n".join(filter(None, texts))
