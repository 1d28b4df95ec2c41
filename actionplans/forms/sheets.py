"""The form of a sheet: its boxes, the rows of KPIs and the rows of stages."""

from dataclasses import asdict

from django import forms

from actionplans.entries import Offers, Sheet, SheetKpi, SheetStage
from actionplans.forms.fields import NOT_HERE, ChosenField, HalfField
from actionplans.models import Continuity, Placement
from actionplans.schedule import Span, span_of
from dxplan.lib.form_fields import LongTextField, NameField

MORE_KPIS, MORE_STAGES, MOST_ROWS = 1, 3, 60
GONE = "この工程は、他の人が先に削除しました。"
LABEL_NEEDED = "工程を入力してください。消すときは「削除」を選んでください。"
ENDS_BEFORE = "終わりは始まり以後にしてください。"
ONE_HALF = "節目は、始まりと終わりを同じ半期にしてください。"
TWICE = "同じKPIが2回選ばれています。"


class SheetForm(forms.Form):
    """The boxes of the paper form."""

    number = NameField(label="施策NO.", max_length=20)
    department = ChosenField(label="担当課", required=False)
    continuity = forms.ChoiceField(
        label="新規・継続",
        required=False,
        choices=[("", "―"), *Continuity.choices],
        error_messages={"invalid_choice": NOT_HERE},
    )
    title = NameField(label="事業名", max_length=200)
    upper_plan = NameField(label="総合計画の名称", max_length=100, required=False)
    upper_policy = NameField(label="基本方針名", max_length=200, required=False)
    upper_measure = NameField(label="主要施策名", max_length=200, required=False)
    policy = ChosenField(label="具体的な取組・施策", required=False)
    overview = LongTextField(label="事業の概要", required=False)
    effect = LongTextField(label="事業の効果", required=False)
    remarks = LongTextField(label="備考", required=False)
    reference_due = NameField(label="目標時期（参考）", max_length=50, required=False)
    version = forms.IntegerField(widget=forms.HiddenInput, required=False, min_value=0)

    def __init__(self, *args, offers: Offers, **kwargs):
        super().__init__(*args, **kwargs)
        self.fields["policy"].choices = [("", "計画全体"), *offers.policies.items()]
        self.fields["department"].choices = [("", "未設定"), *offers.departments.items()]
        self.fields["department"].required = offers.needs_department


class KpiRow(forms.Form):
    """A KPI of the sheet."""

    kpi = ChosenField(label="KPI", required=False)
    due = NameField(label="達成時期", max_length=50, required=False)

    def __init__(self, *args, offers, **kwargs):
        super().__init__(*args, **kwargs)
        self.fields["kpi"].choices = [("", "選ばない"), *offers.kpis.items()]


class StageRow(forms.Form):
    """A stage of the sheet; the span of one that stands in a plan in force is not asked here."""

    id = forms.IntegerField(widget=forms.HiddenInput, required=False)
    line = forms.IntegerField(
        label="段", min_value=1, max_value=99, required=False, widget=forms.TextInput
    )
    line_name = NameField(label="段の見出し", max_length=100, required=False)
    label = NameField(label="工程", max_length=200, required=False)
    start = HalfField(label="始まり", required=False)
    end = HalfField(label="終わり", required=False)
    is_milestone = forms.BooleanField(label="節目", required=False)
    placement = forms.ChoiceField(
        label="載せるところ",
        choices=Placement.choices,
        required=False,
        error_messages={"invalid_choice": NOT_HERE},
    )
    remove = forms.BooleanField(label="削除", required=False)

    def __init__(self, *args, offers, stored, is_fixed, **kwargs):
        super().__init__(*args, **kwargs)
        self.stored, self.standing = stored, self._standing(stored)
        halves = (self.standing.first_start, self.standing.first_end) if self.standing else ()
        for name in ("start", "end"):
            self.fields[name].offer(offers.period, halves)
        if self.standing and is_fixed:
            del self.fields["start"], self.fields["end"]

    def _standing(self, stored):
        given = self.data.get(self.add_prefix("id")) if self.is_bound else self.initial.get("id")
        return stored.get(int(given)) if str(given or "").isdecimal() else None

    @property
    def first(self) -> Span | None:
        """The span of a stage that stands already."""
        it = self.standing
        return span_of(it.first_start, it.first_end) if it else None

    @property
    def is_blank(self):
        return not self.standing and not self.cleaned_data.get("label")

    def clean(self):
        data = self.cleaned_data
        if data.get("id") and not self.standing:
            raise forms.ValidationError(GONE)
        if self.is_blank or data.get("remove"):
            return
        if not data.get("label") and "label" not in self.errors:
            self.add_error("label", LABEL_NEEDED)
        self._check_span(data)

    def _check_span(self, data):
        for name in ("start", "end"):
            if name in self.fields and data.get(name) is None and name not in self.errors:
                self.add_error(name, "選んでください。")
        start, end = self._span
        if start is not None and end is not None and end < start:
            self.add_error("end" if "end" in self.fields else None, ENDS_BEFORE)
        elif data.get("is_milestone") and start != end:
            self.add_error("is_milestone", ONE_HALF)

    @property
    def _span(self):
        if "start" not in self.fields:
            return self.standing.first_start, self.standing.first_end
        return self.cleaned_data.get("start"), self.cleaned_data.get("end")

    @property
    def typed(self) -> SheetStage:
        data, (start, end) = self.cleaned_data, self._span
        return SheetStage(
            id=self.standing.id if self.standing else None,
            line=data.get("line") or 1,
            line_name=data["line_name"],
            label=data["label"],
            placement=data["placement"] or Placement.BOTH.value,
            is_milestone=data["is_milestone"],
            first_start=start,
            first_end=end,
        )


def _rows(form, extra):
    return forms.formset_factory(form, extra=extra, max_num=MOST_ROWS, absolute_max=MOST_ROWS)


class SheetInput:
    """The three parts of the form together; `stored` is what the sheet says, None for a new one."""

    def __init__(self, data=None, *, plan, offers, stored=None, version=0, initial=None):
        stages = {stage.id: stage for stage in stored.stages} if stored else {}
        given = _initial(stored, version) if stored else initial or {}
        self.boxes = SheetForm(data, offers=offers, initial=given)
        self.kpis = _rows(KpiRow, MORE_KPIS)(
            data,
            prefix="kpis",
            initial=given.get("kpis"),
            form_kwargs={"offers": offers},
        )
        self.stages = _rows(StageRow, MORE_STAGES)(
            data,
            prefix="stages",
            initial=given.get("stages"),
            form_kwargs={"offers": offers, "stored": stages, "is_fixed": not plan.is_draft},
        )

    def is_valid(self):
        parts = [part.is_valid() for part in (self.boxes, self.kpis, self.stages)]
        if all(parts) and len(self._kpis) != len({item.kpi_id for item in self._kpis}):
            self.boxes.add_error(None, TWICE)
            return False
        return all(parts)

    @property
    def has_row_errors(self):
        rows = (self.kpis, self.stages)
        return any(any(part.errors) or part.non_form_errors() for part in rows)

    @property
    def _kpis(self):
        filled = [row.cleaned_data for row in self.kpis if row.cleaned_data.get("kpi")]
        return tuple(SheetKpi(item["kpi"], item["due"]) for item in filled)

    @property
    def sheet(self) -> Sheet:
        data = dict(self.boxes.cleaned_data)
        del data["version"]
        rows = [row for row in self.stages if not row.is_blank and not row.cleaned_data["remove"]]
        return Sheet(
            policy_id=data.pop("policy"),
            department_id=data.pop("department"),
            kpis=self._kpis,
            stages=tuple(row.typed for row in sorted(rows, key=lambda row: row.typed.line)),
            **data,
        )

    @property
    def version(self):
        return self.boxes.cleaned_data["version"] or 0

    def see(self, version):
        """Lets a second sending replace what stands now, knowingly."""
        self.boxes.data = self.boxes.data.copy()
        self.boxes.data["version"] = version

    def refuse(self, error):
        """Shows a ValidationError by field where it can be put right."""
        for name, messages in error.message_dict.items():
            self.boxes.add_error(name if name in self.boxes.fields else None, messages)


def _initial(sheet: Sheet, version):
    return sheet.columns | {
        "policy": sheet.policy_id,
        "department": sheet.department_id,
        "version": version,
        "kpis": [{"kpi": item.kpi_id, "due": item.due} for item in sheet.kpis],
        "stages": [
            asdict(stage) | {"start": stage.first_start, "end": stage.first_end}
            for stage in sheet.stages
        ],
    }
