"""The form of an evaluation. What lacks is said when it is handed in, not before."""

from dataclasses import asdict

from django import forms

from actionplans.attainment import Attainment, NextDirection
from actionplans.evaluation_rows import Said
from actionplans.forms.fields import NOT_HERE
from dxplan.lib.form_fields import LongTextField
from plans.editing import is_reason

SHORT = {"rows": 3}
ON_BEHALF = "担当課に代わって入力する理由を入力してください。"


class EvaluationForm(forms.Form):
    """What a department says of a year; the DX office says why it does so for one."""

    attainment = forms.ChoiceField(
        label="目標の達成度",
        required=False,
        choices=[("", "選んでください"), *Attainment.choices()],
        error_messages={"invalid_choice": NOT_HERE},
    )
    comment = LongTextField(label="自己評価", required=False, widget=forms.Textarea(attrs=SHORT))
    cause = LongTextField(
        label="未達成の原因・理由", required=False, widget=forms.Textarea(attrs=SHORT)
    )
    direction = forms.ChoiceField(
        label="翌年度の方向",
        required=False,
        choices=[("", "選んでください"), *NextDirection.choices()],
        error_messages={"invalid_choice": NOT_HERE},
    )
    direction_reason = LongTextField(
        label="方向の理由", required=False, widget=forms.Textarea(attrs=SHORT)
    )
    on_behalf = LongTextField(
        label="代わりに入力する理由", required=False, widget=forms.Textarea(attrs={"rows": 2})
    )
    version = forms.IntegerField(widget=forms.HiddenInput, required=False, min_value=0)

    NEEDED = {
        "attainment": "※提出に必須",
        "cause": "※達成でないときは提出に必須",
        "direction": "※提出に必須",
        "direction_reason": "※拡充・見直し・廃止は提出に必須",
    }

    def __init__(self, *args, is_own, **kwargs):
        super().__init__(*args, **kwargs)
        for name, need in self.NEEDED.items():
            self.fields[name].need = need
        self.fields["on_behalf"].need = "※必須"
        if is_own:
            del self.fields["on_behalf"]

    def clean_on_behalf(self):
        reason = self.cleaned_data["on_behalf"]
        if not is_reason(reason):
            raise forms.ValidationError(ON_BEHALF)
        if len(reason) > 1000:
            raise forms.ValidationError("1,000字以内で入力してください。")
        return reason

    @property
    def said(self) -> Said:
        return Said(**{name: self.cleaned_data[name] for name in Said.__dataclass_fields__})

    def see(self, version):
        """Lets a second sending replace what stands now, knowingly."""
        self.data = self.data.copy()
        self.data["version"] = version


def in_words(said: Said) -> dict[str, str]:
    """What is said, by label."""
    labels = {name: EvaluationForm.base_fields[name].label for name in Said.__dataclass_fields__}
    words = asdict(said)
    words["attainment"] = Attainment(said.attainment).label if said.attainment else ""
    words["direction"] = NextDirection(said.direction).label if said.direction else ""
    return {labels[name]: text for name, text in words.items()}


class StepForm(forms.Form):
    """A step of the review with what is said of it."""

    version = forms.IntegerField(widget=forms.HiddenInput, required=False, min_value=0)
    comment = forms.CharField(
        label="差戻し・取消しの理由",
        max_length=1000,
        required=False,
        widget=forms.Textarea(attrs={"rows": 2}),
        error_messages={"max_length": "1,000字以内で入力してください。"},
    )
