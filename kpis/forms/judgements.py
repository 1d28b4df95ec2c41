"""What the department, the DX office and the committee say of a KPI's year: a form for each."""

from dataclasses import asdict

from django import forms

from dxplan.lib.form_fields import LongTextField
from kpis.grading import grades_of_scale
from kpis.judgements import Said, said_by
from kpis.measurement import JudgementLayer
from kpis.rows import YearStanding
from plans.editing import is_reason

WHY_AND_WHAT_NEXT = "未達成のときは、原因と今後の取組を入力してください。"
REASON_NEEDED = "判定を変えるときは、理由も入力してください。"
REASON_TO_UNDO = "変更をやめるときも、その理由を入力してください。"
GRADE_NEEDED = "判定を変えるときは、評語も選んでください。"
NO_SUCH_GRADE = "評語を一覧から選んでください。"
GREATEST_VERSION = 2**31 - 2


class JudgementForm(forms.Form):
    """Input of one layer, beside the standing that it judges. Names begin with the layer's."""

    layer: JudgementLayer
    version = forms.IntegerField(
        widget=forms.HiddenInput, required=False, min_value=0, max_value=GREATEST_VERSION
    )

    def __init__(self, *args, standing: YearStanding, **kwargs):
        self.standing = standing
        self.row = standing.judgement(self.layer)
        super().__init__(*args, prefix=self.layer.value, **kwargs)
        if "symbol" in self.fields:
            self.fields["symbol"].choices = self._grades()

    def _grades(self):
        """The grades in force; what was given by another scale stays as written."""
        grades = [(item.symbol, item.label) for item in grades_of_scale(self.standing.grade_scale)]
        given = self.row.symbol if self.row else ""
        is_gone = given and given not in dict(grades)
        gone = [(given, f"{given}（今の基準にない評語）")] if is_gone else []
        return [("", "選択しない"), *grades, *gone]

    @property
    def said(self) -> Said:
        typed = {name: self.cleaned_data.get(name, "") for name in self.text_names}
        return Said(**typed)

    @property
    def text_names(self):
        return [name for name in self.fields if name != "version"]

    def shown(self, said: Said) -> dict[str, str]:
        """What a layer says in words, by label."""
        texts = {self.fields[name].label: getattr(said, name) for name in self.text_names}
        if "symbol" in self.fields:
            grades = dict(self.fields["symbol"].choices)
            texts[self.fields["symbol"].label] = grades.get(said.symbol, said.symbol)
        return texts

    @property
    def typed_texts(self):
        """(label, text) of what was typed, for a page that can only show it back."""
        pairs = [(self[name].label, self[name].value() or "") for name in self.text_names]
        return [(label, text) for label, text in pairs if text.strip()]

    @property
    def is_changed(self) -> bool:
        """Whether the page shows something else than what is stored."""
        typed = {name: self[name].value() or "" for name in self.text_names}
        return Said(**{name: _as_stored(text) for name, text in typed.items()}) != said_by(self.row)

    def see(self, version):
        """Lets a second sending replace what stands now, knowingly."""
        self.data = self.data.copy()
        self.data[self.add_prefix("version")] = version


def _as_stored(text):
    text = text.replace("\r\n", "\n")
    return text if text.strip() else ""


def _grade_field(label, **options):
    errors = {"invalid_choice": NO_SUCH_GRADE}
    return forms.ChoiceField(label=label, required=False, error_messages=errors, **options)


class SelfForm(JudgementForm):
    """The department's self-evaluation: why and what next where the target was missed."""

    layer = JudgementLayer.SELF
    symbol = _grade_field("自己評価の評語")
    comment = LongTextField(label="評価の説明", required=False)
    cause = LongTextField(label="未達成の原因", required=False)
    next_step = LongTextField(label="今後の取組", required=False)

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        if self.standing.is_told_in_words:
            self.fields[
                "symbol"
            ].help_text = "文章で測る指標なので、この評語が年度の評語になります。"
        if self.standing.is_behind:
            for name in ("cause", "next_step"):
                self.fields[name].need = "※必須"

    def clean(self):
        if not self.standing.is_behind:
            return
        for name in ("cause", "next_step"):
            if name not in self.errors and not is_reason(self.cleaned_data[name]):
                self.add_error(name, WHY_AND_WHAT_NEXT)


class OfficeForm(JudgementForm):
    """The DX office's override: a grade with its reason, or taking it back with a reason."""

    layer = JudgementLayer.OFFICE
    symbol = _grade_field(
        "変更後の評語", help_text="自動判定のままでよいときは「選択しない」にします。"
    )
    comment = LongTextField(label="判定を変える理由", required=False)

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        self.fields["comment"].need = "※変更時必須"

    def clean(self):
        if self.errors:
            return
        symbol, comment = self.cleaned_data["symbol"], self.cleaned_data["comment"]
        if symbol and not is_reason(comment):
            self.add_error("comment", REASON_NEEDED)
        elif self.row and not is_reason(comment):
            self.add_error("comment", REASON_TO_UNDO)
        elif comment and not symbol and not self.row:
            self.add_error("symbol", GRADE_NEEDED)


class CommitteeForm(JudgementForm):
    """The committee's opinion, without a grade."""

    layer = JudgementLayer.COMMITTEE
    comment = LongTextField(
        label="意見",
        required=False,
        help_text="委員会としてのこの年度の評価です。会議で出た個々の意見は、会議のページに記録します。",
    )


FORMS = {form.layer: form for form in (SelfForm, OfficeForm, CommitteeForm)}


def stored_form(layer: JudgementLayer, standing: YearStanding) -> JudgementForm:
    """A layer's form with what is stored."""
    row = standing.judgement(layer)
    initial = asdict(said_by(row)) | {"version": row.version if row else 0}
    return FORMS[layer](standing=standing, initial=initial)


def kept_form(layer: JudgementLayer, standing: YearStanding, data) -> JudgementForm:
    """A layer's form as typed while another layer was saved; unchecked, so that nothing is lost."""
    form = FORMS[layer](standing=standing)
    posted = {name: data.get(form.add_prefix(name)) for name in form.fields}
    if any(text is None for text in posted.values()):
        return stored_form(layer, standing)
    form.initial = posted
    return form if form.is_changed else stored_form(layer, standing)
