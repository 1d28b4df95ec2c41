"""One form per kind of part; what they say is handed on as a `PartState`."""

from django import forms
from django.core.exceptions import ValidationError
from django.db.models import Q

from dxplan.lib.form_fields import DayField, LongTextField, NameField
from plans.forms.part_form import PartForm
from plans.levels import MOST_LEVELS
from plans.models import (
    Committee,
    Framework,
    GlossaryTerm,
    Meeting,
    PolicyLevel,
    RelatedPlan,
    Relation,
    Section,
    Tier,
)
from plans.part_order import block
from plans.part_rules import needs_reason
from plans.parts import PartState, Seat, depths_of

EMPTY_SEATS = 3
FRONT, NEW_AXIS = "0", "new"
CHOOSE = ("", "選んでください")
FEW_LINES = forms.Textarea(attrs={"rows": 4})
MANY_LINES = forms.Textarea(attrs={"rows": 14, "class": "long"})


def _labelled(label):
    """A line of text in a table, where the label is the column's header."""
    return forms.TextInput(attrs={"aria-label": label})


class SectionForm(PartForm):
    named_by = "title"

    after = forms.ChoiceField(label="どの節の後に置くか", required=False)

    class Meta:
        model = Section
        fields = ["depth", "number", "title", "body", "content"]
        field_classes = {"number": NameField, "title": NameField, "body": LongTextField}
        widgets = {"body": MANY_LINES}
        help_texts = {
            "number": "計画書に印刷されているとおり。例: 第1章、1-2、(1)",
            "content": "本文の下に、登録されている内容から作成して載せるもの。",
        }

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        sections = list(Section.objects.filter(plan=self.plan))
        self.fields["after"].choices = [
            ("", "いまの場所のまま" if self.instance.pk else "いちばん後"),
            (FRONT, "いちばん前"),
            *((other.pk, _indented(other)) for other in _not_moving(sections, self.instance)),
        ]

    @property
    def typed(self):
        after = self.cleaned_data["after"]
        return PartState(self.instance, after=int(after) if after else None)


class TermForm(PartForm):
    named_by = "term"
    twin = "同じ用語が登録済みです。"

    class Meta:
        model = GlossaryTerm
        fields = ["term", "reading", "definition"]
        field_classes = {"term": NameField, "reading": NameField, "definition": LongTextField}
        widgets = {"definition": FEW_LINES}


class SeatForm(forms.Form):
    """One line of a committee's seats; a blank one counts for nothing."""

    post = NameField(max_length=100, required=False, widget=_labelled("職"))
    role = NameField(max_length=50, required=False, widget=_labelled("役"))

    def clean(self):
        if self.cleaned_data.get("role") and self.cleaned_data.get("post") == "":
            self.add_error("post", "職を入力してください。")
        return self.cleaned_data


SeatFormSet = forms.formset_factory(SeatForm, extra=EMPTY_SEATS)


class CommitteeForm(PartForm):
    twin = "同じ名称の推進組織が登録済みです。"

    class Meta:
        model = Committee
        fields = ["name", "duty"]
        field_classes = {"name": NameField, "duty": LongTextField}
        widgets = {"duty": FEW_LINES}

    def __init__(self, data=None, *args, **kwargs):
        super().__init__(data, *args, **kwargs)
        seats = self.instance.seats.values("post", "role") if self.instance.pk else ()
        self.seats = SeatFormSet(data, initial=list(seats), prefix="seats")

    def clean(self):
        if not self.seats.is_valid():
            raise ValidationError("構成員の表に、直すところがあります。")
        return self.cleaned_data

    @property
    def typed(self):
        lines = [line for line in self.seats.cleaned_data if line.get("post")]
        return PartState(self.instance, seats=tuple(Seat(**line) for line in lines))


class MeetingForm(PartForm):
    held_on = DayField(label="開催日", help_text="例: 令和5年8月9日、R5.8.9、2023/8/9")
    held_until = DayField(
        label="終了日", required=False, help_text="パブリックコメントなど、何日か続いたとき。"
    )

    field_order = ["name", "committee", "held_on", "held_until", "place", "agenda"]

    class Meta:
        model = Meeting
        fields = ["name", "committee", "held_on", "held_until", "place", "agenda"]
        field_classes = {"name": NameField, "place": NameField, "agenda": LongTextField}
        widgets = {"agenda": FEW_LINES}
        help_texts = {"agenda": "会議の議題は、1行に1つずつ、順に入力します。"}

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        committee = self.fields["committee"]
        committee.queryset = Committee.objects.filter(plan=self.plan)
        committee.empty_label = "なし"
        is_asked = bool(self.instance.pk) and needs_reason(self.instance)
        if not is_asked and "reason" not in self.data:
            self.fields.pop("reason", None)  # asked for where the day turns out to be past

    def clean(self):
        first, last = (self.cleaned_data.get(name) for name in ("held_on", "held_until"))
        if first and last and last < first:
            self.add_error("held_until", "終了日は開催日以後にしてください。")
        return self.cleaned_data


class RelatedPlanForm(PartForm):
    relation = forms.ChoiceField(label="関係", choices=[CHOOSE, *Relation.choices])

    class Meta:
        model = RelatedPlan
        fields = ["name", "relation", "period", "note", "framework"]
        field_classes = {"name": NameField, "period": NameField, "note": NameField}
        help_texts = {
            "period": "計画書に印刷されているとおり。例: 令和4年度から令和8年度まで",
            "framework": "施策との対応を、その計画の項目ごとに付けているときに選びます。",
        }

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        own = Q(municipality=None) | Q(municipality=self.plan.municipality_id)
        framework = self.fields["framework"]
        framework.queryset = Framework.objects.filter(own)
        framework.empty_label = "なし"


class LevelForm(PartForm):
    """A level; a new one goes to the bottom of an axis, or begins one."""

    place = forms.ChoiceField(
        label="加える場所", help_text=f"1つの体系の階層は{MOST_LEVELS}つまでです。"
    )
    tier = forms.ChoiceField(
        label="階層の種類",
        choices=[CHOOSE, *Tier.choices],
        help_text="この階層の名称が何であっても、ほかの計画とくらべるときの呼び方です。",
    )

    field_order = ["place", "name", "tier", "axis"]

    class Meta:
        model = PolicyLevel
        fields = ["name", "tier", "axis"]
        field_classes = {"name": NameField, "axis": NameField}
        help_texts = {
            "axis": "新しい体系を始めるときに。体系が1つだけの計画では、空欄でかまいません。"
        }

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        self.bottoms = {}
        if self.instance.pk:
            del self.fields["place"]
            self.fields["axis"].help_text = "変えると、この体系のすべての階層で変わります。"
            return
        levels = PolicyLevel.objects.filter(plan=self.plan)
        bottoms = {level.axis: level for level in levels}.values()
        self.bottoms = {str(level.pk): level for level in bottoms}
        self.fields["place"].choices = [
            *(
                (pk, _below(level))
                for pk, level in self.bottoms.items()
                if level.depth < MOST_LEVELS
            ),
            (NEW_AXIS, "新しい体系のいちばん上"),
        ]

    def clean(self):
        place = self.cleaned_data.get("place")
        if place in self.bottoms:
            self._go_below(self.bottoms[place])
        elif place == NEW_AXIS:
            self._begin_axis()
        return self.cleaned_data

    def _go_below(self, bottom):
        if self.cleaned_data.get("axis") not in ("", bottom.axis):
            self.add_error("axis", "新しい体系を始めるときだけ入力してください。")
        self.cleaned_data["axis"] = bottom.axis
        self.instance.axis_position = bottom.axis_position
        self.instance.depth = bottom.depth + 1

    def _begin_axis(self):
        if self.cleaned_data.get("axis") in {level.axis for level in self.bottoms.values()}:
            self.add_error("axis", "ほかの体系と区別できる名称を入力してください。")
        positions = [level.axis_position for level in self.bottoms.values()]
        self.instance.axis_position = max(positions, default=0) + 1
        self.instance.depth = 1


FORMS = {
    "sections": SectionForm,
    "terms": TermForm,
    "committees": CommitteeForm,
    "meetings": MeetingForm,
    "related-plans": RelatedPlanForm,
    "levels": LevelForm,
}


def _not_moving(sections, section):
    """All but a section and what moves along with it."""
    if section not in sections:
        return sections
    own = block(depths_of(sections), sections.index(section))
    return [other for n, other in enumerate(sections) if n not in own]


def _below(level):
    return f"{level.axis or '計画の体系'}：「{level}」の下"


def _indented(section):
    return f"{'　' * (section.depth - 1)}{section}"
