"""Changes of a plan's KPIs, within a `plan_edit`; each leaves a record.

What another person did meanwhile shows as `Stale` with the KPI as it stands, what cannot be as a
ValidationError by field or as `Refused`.
"""

from collections.abc import Collection

from django.core.exceptions import ValidationError
from django.db.models import F, Max
from django.utils import timezone

from dxplan.lib.fiscal_years import FiscalYear
from kpis.definition_rules import (
    Conversion,
    closed_years,
    conversions,
    held_by,
    refusals,
    refusals_of_new,
)
from kpis.definitions import Definition, Offers, definition_of, offers_of, shown
from kpis.models import Judgement, Kpi, KpiResponsibility, Result, Target
from plans.editing import Changed, PlanEdit, Stale, what_changed
from plans.models import ChangeKind
from plans.structure import Refused

NUMBER_TAKEN = "この指標番号は登録済みです。別の番号にしてください。"
POLICY_GONE = "この施策は、他の人が先に削除しました。選び直してください。"
CHECKLIST_GONE = "この現況一覧は、他の人が先に削除しました。選び直してください。"


class Unconfirmed(Exception):
    """The change rewrites results, and nobody has said yes to these `conversions` yet."""

    def __init__(self, conversions: list[Conversion]):
        super().__init__()
        self.conversions = conversions


def subject_of(kpi: Kpi) -> str:
    """How a KPI is named in the record of changes."""
    return f"指標 {kpi.number} {kpi.name}"


def add_kpi(edit: PlanEdit, definition: Definition) -> Kpi:
    """A new KPI, last of the plan's. Raises ValidationError, ReasonNeeded."""
    [(kpi, change)] = make_kpis(edit.plan, [definition], offers_of(edit.plan)).items()
    edit.record_all([change])
    return kpi


def make_kpis(plan, definitions: list[Definition], offers: Offers) -> dict[Kpi, Changed]:
    """New KPIs after the plan's last, in the order given, each with what is to go on record.

    Five queries, however many. Raises ValidationError for the first that cannot be.
    """
    closed = closed_years(plan.pk)
    taken = set(plan.kpis.values_list("number", flat=True))
    for definition in definitions:
        _check(definition, offers, refusals_of_new(closed, definition), taken)
        taken.add(definition.number)
    last = plan.kpis.aggregate(last=Max("position"))["last"] or 0
    kpis = Kpi.objects.bulk_create(
        Kpi(plan=plan, position=position, **definition.columns)
        for position, definition in enumerate(definitions, start=last + 1)
    )
    KpiResponsibility.objects.bulk_create(
        KpiResponsibility(kpi=kpi, department_id=pk)
        for kpi, definition in zip(kpis, definitions, strict=True)
        for pk in sorted(definition.department_ids)
    )
    return {
        kpi: _added(kpi, shown(definition, offers))
        for kpi, definition in zip(kpis, definitions, strict=True)
    }


def _added(kpi, texts):
    detail = what_changed(dict.fromkeys(texts, ""), texts)
    return Changed(ChangeKind.ADDED, subject_of(kpi), detail)


def edit_kpi(edit: PlanEdit, definition: Definition, *, kpi_id, version, confirmed="") -> bool:
    """Makes a KPI say this; False where it does already, so that the same sent twice is harmless.

    `confirmed` is the `mark_of` the conversions that a person agreed to. Raises Stale,
    ValidationError, Unconfirmed, ReasonNeeded.
    """
    kpi = locked_kpi(kpi_id)
    before = definition_of(kpi)
    if before == definition:
        return False
    if kpi.version != version:
        raise Stale(kpi)
    held, offers = held_by(kpi), offers_of(edit.plan)
    others = edit.plan.kpis.exclude(pk=kpi.pk).filter(number=definition.number)
    taken = set(others.values_list("number", flat=True))
    _check(definition, offers, refusals(held, before, definition), taken)
    rewritten = conversions(held, before, definition)
    if rewritten and mark_of(rewritten) != confirmed:
        raise Unconfirmed(rewritten)
    subject = subject_of(kpi)
    Kpi.objects.filter(pk=kpi.pk).update(version=version + 1, **definition.columns)
    make_responsible({kpi: definition.department_ids})
    _rewrite(rewritten)
    detail = what_changed(shown(before, offers), shown(definition, offers))
    edit.record(ChangeKind.EDITED, subject, "\n".join([detail, *map(_converted_text, rewritten)]))
    return True


def remove_kpi(edit: PlanEdit, *, kpi_id, version) -> None:
    """Removes a KPI with its targets. Raises Stale, Refused where something keeps it."""
    kpi = locked_kpi(kpi_id)
    if kpi.version != version:
        raise Stale(kpi)
    keeping = kept_by(kpi)
    if keeping:
        raise Refused(f"次のものがあるため、削除できません: {'、'.join(keeping)}")
    subject, detail = subject_of(kpi), "\n".join(gone_with(kpi))
    kpi.delete()
    edit.record(ChangeKind.REMOVED, subject, detail)


def kept_by(kpi: Kpi) -> list[str]:
    """What keeps a KPI from being removed, in words. Five queries."""
    closed = closed_years(kpi.plan_id)
    results = Result.objects.filter(kpi=kpi).order_by("fiscal_year")
    judgements = Judgement.objects.filter(kpi=kpi).order_by("fiscal_year", "layer")
    targets = Target.objects.filter(kpi=kpi, fiscal_year__in=closed).order_by("fiscal_year")
    return [
        *(f"{_year(row)}の実績" for row in results),
        *(f"{_year(row)}の{row.get_layer_display()}" for row in judgements),
        *dict.fromkeys(f"締めた{_year(row)}の目標" for row in targets),
        *(f"会議での{row.get_kind_display()}「{row}」" for row in kpi.opinions.all()),
    ]


def gone_with(kpi: Kpi) -> list[str]:
    """What is removed together with a KPI, in words. Two queries."""
    targets = Target.objects.filter(kpi=kpi).order_by("fiscal_year")
    revisions = kpi.revisions.order_by("number")
    return [
        *dict.fromkeys(f"{_year(row)}の目標" for row in targets),
        *(f"第{row.number}回の目標の見直し" for row in revisions),
    ]


def mark_of(rewritten: list[Conversion]) -> str:
    """Conversions as one hidden value, to tell later what a person agreed to."""
    return ",".join(f"{item.fiscal_year}:{item.before}:{item.after}" for item in rewritten)


def locked_kpi(kpi_id) -> Kpi:
    """A KPI as it is now, held until the transaction ends. Raises Stale where it is gone."""
    return locked_kpis([kpi_id])[kpi_id]


def locked_kpis(kpi_ids: Collection[int]) -> dict[int, Kpi]:
    """The same for many, by id. One query."""
    held = Kpi.objects.select_for_update().filter(pk__in=kpi_ids).order_by("pk")
    kpis = {kpi.pk: kpi for kpi in held}
    if len(kpis) < len(kpi_ids):
        raise Stale
    return kpis


def _check(definition, offers, found, taken):
    """Raises ValidationError with all that is in the way; `taken` are numbers of other KPIs."""
    if definition.number in taken:
        found.setdefault("number", []).append(NUMBER_TAKEN)
    if definition.policy_id not in offers.policies:
        found.setdefault("policy", []).append(POLICY_GONE)
    if definition.checklist_id and definition.checklist_id not in offers.checklists:
        found.setdefault("checklist", []).append(CHECKLIST_GONE)
    if found:
        raise ValidationError(found)


def make_responsible(wanted: dict[Kpi, frozenset[int]]) -> None:
    """Gives KPIs these departments. Who is in charge already stays under the name of then.

    Three queries, however many KPIs.
    """
    rows = KpiResponsibility.objects.filter(kpi__in=wanted)
    carried = rows.carried_on(timezone.localdate())
    carriers = [(row.pk, row.kpi_id, row.carrier["id"]) for row in carried]
    by_id = {kpi.pk: ids for kpi, ids in wanted.items()}
    ended = [pk for pk, kpi_id, now in carriers if now not in by_id[kpi_id]]
    rows.filter(pk__in=ended).delete()
    kept = {(kpi_id, now) for _, kpi_id, now in carriers}
    KpiResponsibility.objects.bulk_create(
        KpiResponsibility(kpi_id=kpi_id, department_id=pk)
        for kpi_id, ids in by_id.items()
        for pk in sorted(ids)
        if (kpi_id, pk) not in kept
    )


def _rewrite(rewritten):
    """Who entered a value, and when, stays; only what the number counts changes."""
    for item in rewritten:
        own = Result.objects.filter(pk=item.result.pk)
        own.update(value=item.after, version=F("version") + 1)


def _converted_text(item):
    return f"{item.fiscal_year.era_label}の実績を換算: {item.before_text} → {item.after_text}"


def _year(row):
    return FiscalYear(row.fiscal_year).era_label
