"""What must not stand twice in a plan document, and what hangs on its parts."""

from django.core.exceptions import ValidationError
from django.db.models import PROTECT
from django.utils import timezone

from plans.models import CommitteeSeat, Meeting, PolicyLevel, Section
from plans.part_kinds import held_text
from plans.part_order import block
from plans.parts import depths_of
from plans.structure import Hanging


def refuse_twins(part, standing=None):
    """Raises ValidationError for what must not stand twice, and where pointers lead nowhere."""
    if isinstance(part, Section):
        _refuse_twin_section(part)
    if isinstance(part, PolicyLevel):
        _refuse_twin_level(part, standing)
    part.full_clean(exclude={"position"})


def needs_reason(*parts) -> bool:
    """Whether a plan in force asks why these change; a meeting to come is no part of it yet."""
    today = timezone.localdate()
    return not all(isinstance(part, Meeting) and part.held_on >= today for part in parts)


def _refuse_twin_section(section):
    others = Section.objects.filter(plan=section.plan).exclude(pk=section.pk)
    problems = twin_sections(section, others)
    if problems:
        raise ValidationError(problems)


def twin_sections(section, others) -> dict[str, str]:
    """By field, what a section says that one of the others says already."""
    same = [other for other in others if section.content and other.content == section.content]
    if same:
        return {"content": f"この内容は「{same[0]}」で使われています。"}
    says_something = section.number or section.body
    names = ("depth", "number", "title", "body")
    is_twin = any(all(getattr(section, name) == getattr(other, name) for name in names)
                  for other in others)  # fmt: skip
    if says_something and is_twin:
        return {"title": "同じ番号・見出し・本文のものが登録済みです。"}
    return {}


def _refuse_twin_level(level, standing):
    axis = standing.part.axis if standing else level.axis
    others = list(levels_of_axis(level, axis).exclude(pk=level.pk))
    if not standing and level.depth != len(others) + 1:
        raise ValidationError({"place": "この体系はほかの人が変更しました。選び直してください。"})
    if level.axis != axis and levels_of_axis(level, level.axis).exists():
        raise ValidationError({"axis": "同じ名称の体系が登録済みです。"})
    if any(other.name == level.name for other in others):
        raise ValidationError({"name": "同じ名称の階層が、この体系に登録済みです。"})


def hanging_on_part(part) -> list[Hanging]:
    """What hangs on a part and is not shown as its own. One query per kind of thing."""
    found = []
    for relation in part._meta.related_objects:
        if relation.related_model is CommitteeSeat:
            continue
        rows = relation.related_model.objects.filter(**{relation.field.name: part})
        label = relation.related_model._meta.verbose_name
        names = tuple(map(_full_name, rows))
        found.append(Hanging(label, names, keeps=relation.on_delete is PROTECT))
    if isinstance(part, PolicyLevel):
        deeper = levels_of_axis(part, part.axis).filter(depth__gt=part.depth)
        found.append(Hanging("この下の階層", tuple(map(str, deeper)), keeps=True))
    return [item for item in found if item.names]


def headings_below(part) -> list[str]:
    """The deeper headings that follow a section, and stay where it goes. One query."""
    if not isinstance(part, Section):
        return []
    sections = list(Section.objects.filter(plan=part.plan).order_by("position"))
    return [str(sections[n]) for n in block(depths_of(sections), sections.index(part))[1:]]


def levels_of_axis(level, axis):
    return PolicyLevel.objects.filter(plan=level.plan, axis=axis).order_by("depth")


def _full_name(row):
    return f"{held_text(row)} {row}" if isinstance(row, Meeting) else str(row)
