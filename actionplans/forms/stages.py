"""The form of a stage: its span, what came of it, and why."""

from dataclasses import asdict

from django import forms

from actionplans.forms.fields import HalfField
from actionplans.progress import Progress, mark_of
from actionplans.schedule import HalfYear
from dxplan.lib.form_fields import LongTextField
from plans.editing import is_reason

ENDS_BEFORE = "終わりは始まり以後にしてください。"
BEGUN_NEEDED = "完了した工程には、着手の時期も必要です。"
ENDED_BEFORE = "完了は着手以後にしてください。"
STOPPED_WHY = "中止の理由を入力してください。"


class StageForm(forms.Form):
    """What is planned now and what came of it. Nothing begins or ends after today."""

    start = HalfField(label="予定の始まり")
    end = HalfField(label="予定の終わり")
    revision_reason = LongTextField(
        label="見直しの理由",
        required=False,
        help_text="予定の期間を変えるときに入力します。例: 国の標準仕様の公表が遅れたため",
        widget=forms.Textarea(attrs={"rows": 2}),
    )
    begun = HalfField(label="着手", required=False)
    ended = HalfField(label="完了", required=False)
    is_stopped = forms.BooleanField(label="中止した", required=False)
    stopped_reason = LongTextField(
        label="中止の理由", required=False, widget=forms.Textarea(attrs={"rows": 2})
    )
    carry_over_reason = LongTextField(
        label="繰越の理由",
        required=False,
        help_text="予定の終わりを過ぎても続けるときに、遅れた原因とこれからの見込みを書きます。",
        widget=forms.Textarea(attrs={"rows": 2}),
    )
    seen = forms.CharField(widget=forms.HiddenInput, required=False)

    PLAN = ("start", "end")
    ACTUAL = ("begun", "ended")

    def __init__(self, *args, period, today, standing: Progress, is_draft, **kwargs):
        super().__init__(*args, **kwargs)
        for name in self.PLAN:
            self.fields[name].offer(period, [getattr(standing, name)])
        for name in self.ACTUAL:
            self.fields[name].offer_past(period, today, [getattr(standing, name)])
        self.fields["revision_reason"].need = "※期間を変えるときは必須"
        if is_draft:
            del self.fields["revision_reason"]

    def clean(self):
        data = self.cleaned_data
        if _reversed(data.get("start"), data.get("end")):
            self.add_error("end", ENDS_BEFORE)
        if data.get("ended") and not data.get("begun") and "begun" not in self.errors:
            self.add_error("begun", BEGUN_NEEDED)
        elif _reversed(data.get("begun"), data.get("ended")):
            self.add_error("ended", ENDED_BEFORE)
        if data.get("is_stopped") and not is_reason(data.get("stopped_reason", "")):
            self.add_error("stopped_reason", STOPPED_WHY)

    @property
    def typed(self) -> Progress:
        data = {name: self.cleaned_data.get(name, "") for name in Progress.__dataclass_fields__}
        return Progress(**data)

    def shown(self, progress: Progress) -> dict[str, str]:
        """What a state says, in words, by label."""
        return {
            self.fields[name].label: _in_words(name, getattr(progress, name))
            for name in Progress.__dataclass_fields__
            if name in self.fields
        }

    def see(self, progress: Progress):
        """Lets a second sending replace what stands now, knowingly."""
        self.data = self.data.copy()
        self.data["seen"] = mark_of(progress)

    def refuse(self, error):
        """Shows a ValidationError by field."""
        for name, messages in error.message_dict.items():
            self.add_error(name if name in self.fields else None, messages)

    @property
    def plan_fields(self):
        return [self[name] for name in self.PLAN]

    @property
    def actual_fields(self):
        return [self[name] for name in self.ACTUAL]


def _in_words(name, value):
    if name in (*StageForm.PLAN, *StageForm.ACTUAL):
        return HalfYear(value).label if value else ""
    return ("はい" if value else "いいえ") if name == "is_stopped" else value


def _reversed(start, end):
    return start is not None and end is not None and end < start


def initial_of(progress: Progress) -> dict:
    """What the form shows of a stage."""
    return asdict(progress) | {"seen": mark_of(progress)}
