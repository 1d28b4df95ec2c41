"""What people say of a KPI's year beside the rules, and which of it is still missing."""

from dataclasses import dataclass

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import Http404
from django.shortcuts import redirect, render
from django.urls import reverse
from django.views.decorators.http import require_GET, require_http_methods
from django_tables2 import RequestConfig

from dxplan.accounts.permissions import Action
from dxplan.lib.conflicts import base_of, conflict_of
from dxplan.lib.fiscal_years import FiscalYear
from kpis.forms.judgements import FORMS, JudgementForm, kept_form, stored_form
from kpis.gates import open_kpi, sight_in
from kpis.judgement_list import JudgementList, JudgementTable, judgement_lines
from kpis.judgements import HandedIn, said_by, save_judgement
from kpis.measurement import JudgementLayer
from kpis.models import Kpi
from kpis.progress import kpi_progress
from kpis.rows import JudgementRow, KpiProgress, YearStanding
from kpis.standings import reasons
from kpis.summary import has_sample
from plans.editing import Stale
from plans.gates import open_plan
from plans.models import Plan, PlanYear
from plans.years import YearNotOpen, chosen_year, plan_years, year_links

HANDED_IN = (
    "実績が提出または承認されているため、自己評価は変えられません。"
    "直すときは、先に提出を取り下げてください。入力した内容は保存されていません。"
)
NOT_OPEN = "この年度は評価を受け付けていません。入力した内容は保存されていません。"


@dataclass(frozen=True)
class Sheet:
    """One KPI's year with all layers, as one person sees it."""

    plan: Plan
    kpi: Kpi
    row: KpiProgress
    years: list[PlanYear]
    year: PlanYear | None
    writable: frozenset[JudgementLayer]

    @property
    def standing(self) -> YearStanding | None:
        return self.row.at(self.year.fiscal_year) if self.year else None

    @property
    def is_open(self) -> bool:
        return bool(self.year and self.year.is_open and not self.plan.is_ended)

    @property
    def is_handed_in(self) -> bool:
        """Whether the department's own judgement stays, since its result is under review."""
        return not self.standing.result.review.state.is_editable

    @property
    def url(self) -> str:
        return reverse("judgement", args=[self.kpi.pk])


@dataclass(frozen=True)
class Block:
    """A layer on the page: what it says, and the form for those who may write it."""

    said: JudgementRow
    form: JudgementForm | None


@require_http_methods(["GET", "POST"])
def judgement(request, kpi_id):
    sheet = _sheet(request, *open_kpi(request, kpi_id, Action.SEE_PLANS))
    if request.method == "GET":
        return _page(request, sheet, {})
    layer = _posted_layer(request, sheet)
    form = FORMS[layer](request.POST, standing=sheet.standing)
    if not sheet.is_open:
        return _refused(request, sheet, form)
    if not form.is_valid():
        return _page(request, sheet, _typed(request, sheet, form), status=422)
    return _save(request, sheet, form)


def _sheet(request, plan, kpi):
    years = plan_years(plan)
    row = next(row for row in kpi_progress(plan, sight_in(request)) if row.id == kpi.pk)
    return Sheet(
        plan=plan,
        kpi=kpi,
        row=row,
        years=years,
        year=chosen_year(years, request.GET.get("fiscal_year")),
        writable=_writable(request.access, row),
    )


def _writable(access, row) -> frozenset[JudgementLayer]:
    """The layers that a person may write: a department its own, the DX office all."""
    own = access.may_for(Action.ENTER_RESULTS, row.department_ids)
    offices = {JudgementLayer.OFFICE, JudgementLayer.COMMITTEE}
    found = {JudgementLayer.SELF} if own else set()
    return frozenset(found | offices if access.may(Action.OVERRIDE) else found)


def _posted_layer(request, sheet):
    text = request.POST.get("layer", "")
    if sheet.standing is None or text not in JudgementLayer.values():
        raise Http404
    if JudgementLayer(text) not in sheet.writable:
        raise PermissionDenied
    return JudgementLayer(text)


def _save(request, sheet, form):
    try:
        is_changed = save_judgement(
            plan_year=sheet.year,
            kpi_id=sheet.kpi.pk,
            layer=form.layer,
            version=form.cleaned_data["version"] or 0,
            said=form.said,
            user=request.user,
        )
    except YearNotOpen:
        return _refused(request, sheet, form)
    except HandedIn:
        return _refused(request, sheet, form, alert=HANDED_IN)
    except Stale as refusal:
        return _conflict(request, sheet, form, refusal.standing)
    if is_changed:
        messages.success(request, f"「{form.layer.label}」を保存しました。")
    else:
        messages.info(request, f"「{form.layer.label}」に変更はありませんでした。")
    kept = _kept(request, sheet, form)
    if any(item.is_changed for item in kept.values()):
        return _page(request, _sheet(request, sheet.plan, sheet.kpi), kept)
    return redirect(f"{sheet.url}?fiscal_year={sheet.year.fiscal_year}")


def _kept(request, sheet, form):
    """The forms of the other layers, as they were typed when `form` was sent."""
    return {
        layer: kept_form(layer, sheet.standing, request.POST)
        for layer in FORMS
        if layer in sheet.writable and layer != form.layer
    }


def _typed(request, sheet, form):
    return _kept(request, sheet, form) | {form.layer: form}


def _conflict(request, sheet, form, standing):
    """Yours and theirs side by side; saving again then replaces theirs knowingly."""
    seen = form.cleaned_data["version"]
    conflict = conflict_of(
        standing,
        yours=form.shown(form.said),
        theirs=form.shown(said_by(standing)),
        base=base_of(standing, seen, lambda row: form.shown(said_by(row)), may_be_new=True),
    )
    form.see(standing.version)
    fresh = _sheet(request, sheet.plan, sheet.kpi)
    typed = _typed(request, fresh, form)
    return _page(request, fresh, typed, status=409, conflict=conflict)


def _refused(request, sheet, form, *, alert=NOT_OPEN):
    """The year or the result takes nothing (any more): what was typed is shown back as text."""
    kept = [item for item in _kept(request, sheet, form).values() if item.is_changed]
    lost = [pair for item in (form, *kept) for pair in item.typed_texts]
    fresh = _sheet(request, Plan.objects.get(pk=sheet.plan.pk), sheet.kpi)
    return _page(request, fresh, {}, status=409, alert=alert, lost=lost)


def _page(request, sheet, forms, *, status=200, **context):
    """`forms` are those as typed; the other layers show what is stored."""
    standing = sheet.standing
    context |= {
        "plan": sheet.plan,
        "row": sheet.row,
        "year": sheet.year,
        "fiscal_year": FiscalYear(sheet.year.fiscal_year) if sheet.year else None,
        "years": year_links(sheet.years, sheet.year, sheet.url),
        "standing": standing,
        "reasons": reasons(standing) if standing else [],
        "blocks": [_block(sheet, said, forms) for said in standing.layers] if standing else [],
        "refused": next((form for form in forms.values() if form.errors), None),
        "is_open": sheet.is_open,
        "has_sample": has_sample([sheet.row]),
    }
    return render(request, "kpis/judgement_form.html", context, status=status)


def _block(sheet, said, forms):
    is_kept = said.layer == JudgementLayer.SELF and sheet.is_handed_in
    if not sheet.is_open or is_kept or said.layer not in sheet.writable:
        return Block(said, None)
    return Block(said, forms.get(said.layer) or stored_form(said.layer, sheet.standing))


@require_GET
def judgement_list(request, plan_id):
    plan = open_plan(request, plan_id, Action.SEE_PLANS)
    years = plan_years(plan)
    year = chosen_year(years, request.GET.get("fiscal_year"))
    rows = kpi_progress(plan, sight_in(request)) if year else []
    found = _found(request, plan, year, rows) if year else None
    table = JudgementTable(found.shown if found else [])
    table.caption = f"{len(table.rows)}件を表示（全{len(found.every) if found else 0}件）"
    context = {
        "plan": plan,
        "year": year,
        "fiscal_year": FiscalYear(year.fiscal_year) if year else None,
        "years": year_links(years, year, reverse("judgement_list", args=[plan.pk])),
        "list": found,
        "table": RequestConfig(request, paginate=False).configure(table),
        "has_sample": has_sample(rows),
    }
    return render(request, "kpis/judgement_list.html", context)


def _found(request, plan, year, rows):
    is_open = year.is_open and not plan.is_ended
    return JudgementList(
        fiscal_year=year.fiscal_year,
        every=judgement_lines(
            rows,
            year.fiscal_year,
            lambda row: is_open and JudgementLayer.SELF in _writable(request.access, row),
        ),
        department=request.GET.get("department", ""),
        is_missing_only=request.GET.get("missing") == "1",
    )
