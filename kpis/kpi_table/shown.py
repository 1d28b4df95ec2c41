"""A line of a KPI table, as its page shows it: 「入力 → 読み取り」, or what is wrong."""

import re
from collections.abc import Iterator
from dataclasses import dataclass

from dxplan.lib.fiscal_years import FiscalYear
from kpis.figures import show_figure
from kpis.forms.definitions import MOST_DECIMALS, KpiForm
from kpis.target_reading import meaning_of

LABELS = {"name": "指標名", "baseline_value": "基準値", "taken": "基準値の時点"}
YEARLY = re.compile("(target|taken)_([0-9]{4})")
FROM_WORDING = "数値目標の文と達成時期"
NOT_ASKED = "測り方を選ぶと、目標を読み取ります。"


@dataclass(frozen=True)
class CellLine:
    """One cell on the page: 「入力 → 読み取り」, or why it cannot be taken and an example."""

    label: str
    typed: str
    read: str = ""
    taken: str = ""
    error: str = ""
    hint: str = ""
    proposed_by: str = ""


def shown_cells(line) -> list[CellLine]:
    """Name, baseline and targets of a TableLine as the table says them and as they are read."""
    return [_name_cell(line), *_baseline_cell(line), *_target_cells(line)]


def is_used(line, name: str) -> bool:
    """Whether a cell counts: for a standing KPI only those of years that have no target."""
    found = YEARLY.fullmatch(name)
    return not found or line.standing is None or int(found[2]) in line.missing_years


def label_of(name: str) -> str:
    """A field's name in words."""
    found = YEARLY.fullmatch(name)
    if found:
        label = f"{FiscalYear(int(found[2])).era_label}の目標"
        return label if found[1] == "target" else f"{label}の時点"
    field = KpiForm.base_fields.get(name)
    return LABELS.get(name) or (str(field.label) if field else "この行")


def _errors_of(line, *names) -> str:
    return " ".join(line.errors[name] for name in names if name in line.errors)


def _name_cell(line) -> CellLine:
    printed, name = line.record.printed.get("name", ""), line.record.name
    read = name if name != printed else ""
    return CellLine("指標名", printed, read, error=_errors_of(line, "name"))


def _baseline_cell(line) -> Iterator[CellLine]:
    record = line.record
    if line.definition is None or not (record.baseline.figure or record.baseline.taken):
        return
    year, taken = record.baseline_year, line.definition.cleaned_data.get("taken")
    yield CellLine(
        label=f"基準値（{FiscalYear(year).era_label}）" if year else "基準値",
        typed=record.printed.get("baseline_value", ""),
        read=_baseline_text(line.definition.cleaned_data),
        taken=taken.text if taken else "",
        error=_errors_of(line, "baseline_value", "baseline_reference", "taken"),
    )


def _baseline_text(data) -> str:
    scale = {"unit": data.get("unit", ""), "decimals": data.get("decimals", MOST_DECIMALS)}
    value, reference = (
        show_figure(data.get(name), **scale) for name in ("baseline_value", "baseline_reference")
    )
    return f"{value}（{data.get('reference_name', '')} {reference}）" if reference else value


def _target_cells(line) -> Iterator[CellLine]:
    for year in sorted(line.record.targets):
        if is_used(line, f"target_{year}"):
            yield _target_cell(line, year)


def _target_cell(line, year) -> CellLine:
    name, taken_name = f"target_{year}", f"taken_{year}"
    form = line.targets
    value = form.values.get(year) if form else None
    taken = form.cleaned_data.get(taken_name) if form else None
    return CellLine(
        label=label_of(name),
        typed=line.record.printed.get(name, ""),
        read=meaning_of(value, form.scale) if value else "",
        taken=taken.text if taken else "",
        error=_errors_of(line, name, taken_name),
        hint="" if form or not line.record.targets[year].figure else NOT_ASKED,
        proposed_by=FROM_WORDING if line.record.is_from_wording else "",
    )
