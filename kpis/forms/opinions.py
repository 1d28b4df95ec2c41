"""What a meeting said, what the department does about it, and whether that settles it."""

import re

from django import forms
from django.utils import timezone

from dxplan.lib.form_fields import DayField, LongTextField
from kpis.models import OpinionKind
from kpis.opinion_changes import OpinionSaid
from kpis.opinion_offers import OpinionOffers
from kpis.opinions import WHOLE_PLAN
from plans.editing import is_reason

GREATEST_VERSION = 2**31 - 2
NOT_HERE = {"invalid_choice": "一覧から選んでください。"}
SAYS_NOTHING = "内容を入力してください。"
ABOUT = re.compile("([pk])([0-9]{1,18})")
BEFORE_MEETING = "会議の日以後の日を入力してください。"
YET_TO_COME = "今日までの日を入力してください。"


def version_field():
    return forms.IntegerField(
        widget=forms.HiddenInput, required=False, min_value=0, max_value=GREATEST_VERSION
    )


class VersionedForm(forms.Form):
    """Carries the `version` that the person has before the eyes."""

    version = version_field()

    @property
    def seen_version(self):
        return self.cleaned_data["version"] or 0

    def see(self, **versions):
        """Lets a second sending replace what stands now, knowingly."""
        self.data = self.data.copy()
        self.data.update({name: str(version) for name, version in versions.items()})

    @property
    def typed_texts(self):
        """(label, text) of what was typed at length, for a page that can only show it back."""
        fields = [field for field in self.visible_fields() if field.widget_type == "textarea"]
        return [(field.label, field.value()) for field in fields if (field.value() or "").strip()]


class OpinionForm(VersionedForm):
    """An opinion or a decision; `offers` are what it can be about, and who can respond."""

    kind = forms.ChoiceField(
        label="種類",
        choices=OpinionKind.choices,
        initial=OpinionKind.OPINION.value,
        widget=forms.RadioSelect,
        error_messages=NOT_HERE,
    )
    about = forms.ChoiceField(label="対象", required=False, error_messages=NOT_HERE)
    text = LongTextField(label="内容", error_messages={"required": SAYS_NOTHING})
    departments = forms.TypedMultipleChoiceField(
        label="対応する課",
        coerce=int,
        required=False,
        help_text="選ばないときは、対象の指標の担当課になります。",
        widget=forms.CheckboxSelectMultiple,
        error_messages=NOT_HERE,
    )

    def __init__(self, *args, offers: OpinionOffers, chosen=frozenset(), **kwargs):
        super().__init__(*args, **kwargs)
        self.offers = offers
        policies = [(f"p{pk}", label) for pk, label in offers.policies.items()]
        kpis = [(f"k{pk}", label) for pk, label in offers.kpis.items()]
        groups = [(label, items) for label, items in (("施策", policies), ("指標", kpis)) if items]
        self.fields["about"].choices = [("", WHOLE_PLAN), *groups]
        self.fields["departments"].choices = offers.departments_for(chosen)

    def clean_text(self):
        text = self.cleaned_data["text"]
        if not is_reason(text):
            raise forms.ValidationError(SAYS_NOTHING)
        return text

    @property
    def said(self) -> OpinionSaid:
        found = ABOUT.fullmatch(self.cleaned_data["about"])
        thing, pk = (found[1], int(found[2])) if found else ("", None)
        chosen = frozenset(self.cleaned_data["departments"])
        key = ("kpi" if thing == "k" else "policy", pk)
        return OpinionSaid(
            kind=self.cleaned_data["kind"],
            text=self.cleaned_data["text"],
            policy_id=pk if thing == "p" else None,
            kpi_id=pk if thing == "k" else None,
            department_ids=chosen or self.offers.in_charge.get(key, frozenset()),
        )

    def shown(self, said: OpinionSaid) -> dict[str, str]:
        """What an opinion says in words, by label."""
        return {
            "種類": OpinionKind(said.kind).label,
            "対象": self.offers.about_text(said.policy_id, said.kpi_id),
            "内容": said.text,
            "対応する課": self.offers.names_of(said.department_ids),
        }

    def shown_of_row(self, opinion) -> dict[str, str]:
        """The same of a row, without the departments, which are rows of their own."""
        return {
            "種類": OpinionKind(opinion.kind).label,
            "対象": self.offers.about_text(opinion.policy_id, opinion.kpi_id),
            "内容": opinion.text,
        }


def initial_of(said: OpinionSaid, version: int) -> dict:
    """A form's values that say what is stored."""
    about = f"p{said.policy_id}" if said.policy_id else f"k{said.kpi_id}" if said.kpi_id else ""
    return {
        "kind": said.kind,
        "about": about,
        "text": said.text,
        "departments": list(said.department_ids),
        "version": version,
    }


class ResponseForm(VersionedForm):
    """What the department does about an opinion."""

    text = LongTextField(
        label="対応",
        help_text="この意見・決定を受けて、何を、いつまでに行うか（行ったか）を入力します。",
        error_messages={"required": "対応を入力してください。"},
    )

    def clean_text(self):
        text = self.cleaned_data["text"]
        if not is_reason(text):
            raise forms.ValidationError("対応を入力してください。")
        return text


class SettleForm(VersionedForm):
    """From when on a point counts as settled; blank for a point that is open."""

    response_version = version_field()
    settled_on = DayField(
        label="対応済みとした日",
        required=False,
        help_text="例: 令和8年11月20日、R8.11.20。空にすると、未対応に戻ります。",
    )

    def __init__(self, *args, meeting, **kwargs):
        super().__init__(*args, **kwargs)
        self.meeting = meeting

    def clean_settled_on(self):
        day = self.cleaned_data["settled_on"]
        if day and day < self.meeting.held_on:
            raise forms.ValidationError(BEFORE_MEETING)
        if day and day > timezone.localdate():
            raise forms.ValidationError(YET_TO_COME)
        return day

    @property
    def seen(self):
        return self.seen_version, self.cleaned_data["response_version"] or 0


class RemoveOpinionForm(VersionedForm):
    """Yes to removing an opinion as it was shown."""
