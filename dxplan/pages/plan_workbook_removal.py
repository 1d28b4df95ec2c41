"""What goes with rows that a workbook has no more, and what keeps them from going."""

from dataclasses import replace

from django.db.models import PROTECT

from dxplan.lib.exchange.findings import LineFinding, Problem
from dxplan.pages.plan_workbook import PlanSheets
from kpis.models import KpiLineage, KpiResponsibility
from plans.models import PolicyLineage

KEPT = "次のものが付いているため、削除できません: {names}"
GOES_TOO = "あわせて削除されるもの: {names}"
MOST_NAMED = 5
PART_OF_A_ROW = {KpiResponsibility, KpiLineage, PolicyLineage}  # told by the row itself


def told_of_removal(sheets: PlanSheets, previews):
    """The previews, where each missing line says what hangs on its row.

    A query for each kind of thing that can hang on rows of sheets that lack some.
    """
    own = {resource._meta.model for resource in sheets.all} | PART_OF_A_ROW
    told = []
    for resource, preview in zip(sheets.all, previews, strict=True):
        rows = [row for row in resource.missing if resource.may_go(row)]
        keeping, going = _hanging(resource, rows, own) if rows else ({}, {})
        lines = list(preview.lines)
        first_missing = len(resource.states)
        for place, row in enumerate(resource.missing, first_missing):
            if row in rows:
                lines[place] = _told(lines[place], row, keeping, going, resource.options)
        told.append(replace(preview, lines=lines))
    return told


def _hanging(resource, rows, own):
    """(what keeps rows, what goes with them) by row id, beside what has sheets of its own."""
    keeping, going = {}, {}
    for relation in resource._meta.model._meta.related_objects:
        model = relation.related_model
        if model in own or model._meta.app_label not in ("plans", "kpis", "actionplans"):
            continue
        name = relation.field.attname
        if not hasattr(relation.field, "attname") or relation.many_to_many:
            continue
        found = keeping if relation.on_delete is PROTECT else going
        ids = [row.pk for row in rows]
        for owner in model.objects.filter(**{f"{name}__in": ids}).values_list(name, flat=True):
            counts = found.setdefault(owner, {})
            label = model._meta.verbose_name
            counts[label] = counts.get(label, 0) + 1
    return keeping, going


def _told(line, row, keeping, going, options):
    if row.pk in keeping:
        message = KEPT.format(names=_names(keeping[row.pk]))
        if not options.removes_missing:
            return replace(line, note=message)
        problem = Problem("", "", line.label, message)
        return replace(line, finding=LineFinding.ERROR, problems=(problem,))
    return (
        replace(line, note=GOES_TOO.format(names=_names(going[row.pk])))
        if row.pk in going
        else line
    )


def _names(counts):
    return "、".join(f"{label}{count}件" for label, count in list(counts.items())[:MOST_NAMED])
