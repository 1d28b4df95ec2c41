"""Makes the lines of a KPI table: each record with the forms that check it."""

import re

from kpis.forms.definitions import KpiForm
from kpis.forms.kpi_table import COMPLETE, LEAVE, LineForm, StandingLineForm
from kpis.forms.targets import FirstTargetsForm
from kpis.kpi_table.lines import (
    ADDED_MEANWHILE,
    NO_NAME,
    NOT_MEASURED,
    NOTHING_MISSING,
    ONLY_REVISED,
    TWICE,
    YEAR_CLOSED,
    Proposed,
    TableLine,
)
from kpis.kpi_table.plan_side import PlanSide
from kpis.kpi_table.proposals import (
    decimals_of,
    propose_decimals,
    propose_direction,
    propose_reference,
    propose_type,
    propose_unit,
)
from kpis.kpi_table.records import Record, same_name
from kpis.kpi_table.words import Meaning
from kpis.measurement import RateFormula
from kpis.models import Kpi
from kpis.progress import scale_of
from kpis.taken_at import taken_text
from kpis.target_reading import cell_text
from plans.numbering import next_number

DEPARTMENTS = re.compile("[、，,・/／\n;；]+")
NO_DEPARTMENT = "「{names}」は課室の一覧にありません。（例: {example}）"
NUMBER_TAKEN = "この番号は、登録済みか、表の中で重なっています。"
NAMESAKE = "同じ名称の指標が「{policy}」にあります。別の指標として登録されます。"
NOTE = "備考: {note}"


class LineMaker:
    """Makes line after line; knows the numbers and names that those before have taken."""

    def __init__(self, side: PlanSide, span: tuple[int, int], data=None):
        self.side, self.span, self.data = side, span, data
        self.numbers, self.names = set(side.numbers), set()
        self.following = side.following_number or "1"
        self.blank_line, self.blank_standing = LineForm(), StandingLineForm()
        self.blank_definition = KpiForm(plan=side.plan, offers=side.offers)
        self.blank_targets: dict[tuple, FirstTargetsForm] = {}

    def line(self, record: Record, policy_id: int | None) -> TableLine:
        standing = self.side.standing(policy_id, record.name) if policy_id else None
        if standing is not None:
            return self._standing_line(record, policy_id, standing)
        return self._new_line(record, policy_id)

    def _new_line(self, record, policy_id):
        proposals = _proposals(record)
        initial = {name: proposal.value for name, proposal in proposals.items()}
        form = self.blank_line.filled(self.data, prefix=f"l{record.line}", initial=initial)
        own = {
            "form": form,
            "policy_id": policy_id,
            "namesake": self._namesake(record),
            "proposals": tuple(Proposed(form[name], proposals[name]) for name in proposals),
        }
        if form.said("use") == LEAVE:
            return self._made(record, **own)
        return self._made(record, **own, **self._checked(record, form, policy_id))

    def _checked(self, record, form, policy_id) -> dict:
        """The forms of a new KPI and its targets, and what is wrong beside their own errors."""
        department_ids, errors = self._departments(record)
        number = self._number(record, errors)
        self._check_place(record, policy_id, errors)
        definition = self._definition(record, form, policy_id, number, department_ids)
        source = scale_source(definition)
        errors += _closed(record, self.side.closed)
        return {
            "definition": definition,
            "targets": self._targets(record, source, standing={}) if source else None,
            "own_errors": tuple(errors),
        }

    def _standing_line(self, record, policy_id, standing):
        form = self.blank_standing.filled(self.data, prefix=f"l{record.line}")
        own = {"form": form, "policy_id": policy_id, "standing": standing}
        said = form.said("use")
        if said == LEAVE:
            return self._made(record, **own)
        if said != COMPLETE:
            return self._made(record, **own, own_errors=(("name", ADDED_MEANWHILE),))
        first = self.side.first_targets.get(standing.pk, {})
        missing = frozenset(year for year in record.targets if year not in first)
        errors = list(self._hindrances(record, standing, missing))
        self._check_place(record, policy_id, errors)
        return self._made(
            record,
            **own,
            targets=self._targets(record, standing, standing=first),
            missing_years=missing,
            own_errors=tuple(errors),
        )

    def _hindrances(self, record, standing, missing):
        """What keeps a KPI that is there from getting the targets of these years."""
        if not self.side.may_complete(standing):
            yield "name", ONLY_REVISED
        elif not missing:
            yield "name", NOTHING_MISSING
        for year in sorted(missing):
            if not standing.first_fiscal_year <= year <= standing.last_fiscal_year:
                yield f"target_{year}", NOT_MEASURED
        yield from _closed(record, self.side.closed & missing)

    def _made(self, record, *, policy_id, **parts):
        label = self.side.offers.policies.get(policy_id, "").strip()
        return TableLine(record, policy_id=policy_id, policy_label=label, **parts)

    def _definition(self, record, form, policy_id, number, department_ids):
        data = self._definition_data(record, form, policy_id, number, department_ids)
        definition = self.blank_definition.filled(data)
        definition.is_valid()
        return definition

    def _definition_data(self, record, form, policy_id, number, department_ids):
        first, last = self.span
        unit = form.said("unit")
        has_baseline = record.baseline.figure and record.baseline_year
        return {
            "policy": str(policy_id or ""),
            "number": number,
            "name": record.name,
            "definition": _definition_text(record),
            "target_wording": record.texts.get(Meaning.WORDING, ""),
            "source": record.texts.get(Meaning.SOURCE, ""),
            "departments": [str(pk) for pk in department_ids],
            "measurement_type": form.said("measurement_type"),
            "direction": form.said("direction"),
            "rate_formula": RateFormula.TO_TARGET.value,
            "unit": unit,
            "decimals": form.said("decimals") or str(decimals_of(record, unit)),
            "first_fiscal_year": str(min([first, *record.targets])),
            "last_fiscal_year": str(max([last, *record.targets])),
            "reference_name": form.said("reference_name"),
            "baseline_fiscal_year": str(record.baseline_year) if has_baseline else "",
            "baseline_value": record.baseline.figure,
            "taken": record.texts.get(Meaning.TAKEN) or record.baseline.taken,
            "baseline_reference": record.baseline.reference,
            **self._answers(record, ("baseline_value", "baseline_reference")),
        }

    def _targets(self, record, kpi, *, standing):
        """The cells of the table; those of years that have a target stand as they are."""
        scale = scale_of(kpi)
        data = {}
        for year, cell in record.targets.items():
            data |= {f"target_{year}": cell.figure, f"taken_{year}": cell.taken}
        for year, target in standing.items():
            text = cell_text(target.value, scale)
            data |= {f"target_{year}": text, f"taken_{year}": taken_text(*target.taken)}
        data |= self._answers(record, [f"target_{year}" for year in record.targets])
        form = self._blank_targets(kpi, scale, standing).filled(data)
        form.is_valid()
        return form

    def _blank_targets(self, kpi, scale, standing):
        """The form of a KPI's targets: new ones that are measured alike have the same fields."""
        alike = kpi.pk, scale, kpi.first_fiscal_year, kpi.last_fiscal_year
        if alike not in self.blank_targets:
            self.blank_targets[alike] = FirstTargetsForm(
                plan=self.side.plan,
                kpi=kpi,
                scale=scale,
                standing=standing,
                closed=self.side.closed,
            )
        return self.blank_targets[alike]

    def _answers(self, record, names):
        data = self.data or {}
        said = {name: data.get(f"l{record.line}-ask-{name}") for name in names}
        return {f"confirmed_{name}": text for name, text in said.items() if text is not None}

    def _number(self, record, errors) -> str:
        given = record.texts.get(Meaning.NUMBER, "")
        if given:
            if given in self.numbers:
                errors.append(("number", NUMBER_TAKEN))
            self.numbers.add(given)
            return given
        while self.following in self.numbers:
            self.following = next_number(self.following) or f"{self.following}-1"
        self.numbers.add(self.following)
        return self.following

    def _check_place(self, record, policy_id, errors):
        if not record.name:
            errors.append(("name", NO_NAME))
        place = policy_id or record.policy, same_name(record.name)
        if record.name and place in self.names:
            errors.append(("name", TWICE))
        self.names.add(place)

    def _namesake(self, record) -> str:
        """That the plan has a KPI of this name under another policy."""
        namesake = self.side.namesake(record.name)
        if namesake is None:
            return ""
        return NAMESAKE.format(policy=self.side.offers.policies[namesake.policy_id].strip())

    def _departments(self, record) -> tuple[list[int], list]:
        words = [
            word.strip() for word in DEPARTMENTS.split(record.texts.get(Meaning.DEPARTMENT, ""))
        ]
        offered = {
            name: pk
            for pk, name in self.side.offers.departments.items()
            if pk not in self.side.offers.closed_departments
        }
        unknown = [word for word in words if word and word not in offered]
        example = next(iter(offered), "")
        errors = [("departments", NO_DEPARTMENT.format(names="、".join(unknown)[:100],
                                                       example=example))]  # fmt: skip
        return [offered[word] for word in words if word in offered], errors if unknown else []


def _proposals(record):
    unit = propose_unit(record)
    return {
        "unit": unit,
        "decimals": propose_decimals(record, unit.value),
        "measurement_type": propose_type(record, unit.value),
        "direction": propose_direction(record, unit.value),
        "reference_name": propose_reference(record),
    }


def _definition_text(record) -> str:
    note = record.texts.get(Meaning.NOTE, "")
    texts = [record.texts.get(Meaning.DEFINITION, ""), NOTE.format(note=note) if note else ""]
    return "\n".join(filter(None, texts))


def _closed(record, closed):
    return [(f"target_{year}", YEAR_CLOSED) for year in sorted(closed.intersection(record.targets))]


def scale_source(form: KpiForm) -> Kpi | None:
    """A KPI as its form describes it, for the reader of targets; None where it does not yet."""
    form.is_valid()
    data = form.cleaned_data
    names = ("measurement_type", "direction", "unit", "decimals", "reference_name",
             "first_fiscal_year", "last_fiscal_year")  # fmt: skip
    if any(name not in data or data[name] is None for name in names):
        return None
    if data["last_fiscal_year"] < data["first_fiscal_year"]:
        return None
    own = {name: data[name] for name in names}
    return Kpi(rate_formula=RateFormula.TO_TARGET.value, **own)
