from itertools import groupby

from django import forms

from dxplan.lib.form_fields import LongTextField, NameField
from plans.comparison import earlier_options
from plans.models import FrameworkItem, Policy
from plans.reasoned import ReasonedForm
from plans.structure import PolicyFields
from plans.tree_editor import editor_axes

MULTIPLE = {"coerce": int, "required": False, "widget": forms.CheckboxSelectMultiple}
NOT_HERE = {"invalid_choice": "この計画では選べないものが含まれています。選び直してください。"}


class PolicyForm(ReasonedForm):
    """Texts of a policy, and what it points to: framework items, other axes, the edition before."""

    number = NameField(
        label="番号",
        max_length=20,
        required=False,
        help_text="計画書に印刷されているとおり。例: ①、(1)、ア",
    )
    name = NameField(label="名称", max_length=200)
    summary = LongTextField(label="概要", required=False)
    items = forms.TypedMultipleChoiceField(
        label="対応する上位・関連計画の項目", error_messages=NOT_HERE, **MULTIPLE
    )
    links = forms.TypedMultipleChoiceField(
        label="対応する方針（ほかの体系）", error_messages=NOT_HERE, **MULTIPLE
    )
    earlier = forms.TypedMultipleChoiceField(
        label="引き継ぐ前の版の施策",
        error_messages=NOT_HERE,
        help_text="1つなら継続、2つ以上なら統合、どれも選ばなければ新規です。",
        **MULTIPLE,
    )
    version = forms.IntegerField(widget=forms.HiddenInput, required=False, min_value=0)

    field_order = ["number", "name", "summary", "reason", "items", "links", "earlier", "version"]

    def __init__(self, *args, plan, axis, **kwargs):
        super().__init__(*args, plan=plan, **kwargs)
        self._offer("items", item_choices(plan))
        self._offer("links", _other_axes(plan, axis))
        self._offer("earlier", earlier_options(plan))

    def _offer(self, name, choices):
        if choices:
            self.fields[name].choices = choices
        else:
            del self.fields[name]

    @property
    def policy_fields(self) -> PolicyFields:
        data = self.cleaned_data
        return PolicyFields(
            number=data["number"],
            name=data["name"],
            summary=data["summary"],
            item_ids=frozenset(data.get("items", ())),
            link_ids=frozenset(data.get("links", ())),
            earlier_ids=frozenset(data.get("earlier", ())),
        )

    def shown(self, fields: PolicyFields) -> dict[str, str]:
        """What a policy says, in words, by label."""
        chosen = {
            "items": fields.item_ids,
            "links": fields.link_ids,
            "earlier": fields.earlier_ids,
        }
        return self.shown_of_row(fields) | {
            self.fields[name].label: self._labels(name, ids)
            for name, ids in chosen.items()
            if name in self.fields
        }

    def shown_of_row(self, policy) -> dict[str, str]:
        """The same of a row, without what it points to, which are rows of their own."""
        return {
            self.fields[name].label: getattr(policy, name) for name in ("number", "name", "summary")
        }

    def _labels(self, name, ids):
        return "\n".join(label for pk, label in _flat(self.fields[name].choices) if pk in ids)


def _flat(choices):
    """(value, label) of choices, in groups or not."""
    for value, label in choices:
        if isinstance(label, list | tuple):
            yield from _flat(label)
        else:
            yield value, label


def initial_of(fields: PolicyFields, version) -> dict:
    """What a form shows of a policy."""
    return {
        "number": fields.number,
        "name": fields.name,
        "summary": fields.summary,
        "items": list(fields.item_ids),
        "links": list(fields.link_ids),
        "earlier": list(fields.earlier_ids),
        "version": version,
    }


class PlaceForm(ReasonedForm):
    """Where a policy goes: below which other, and under which number."""

    place = forms.ChoiceField(label="移動先（この下に置く）", error_messages=NOT_HERE)
    number = NameField(label="移動後の番号", max_length=20, required=False)

    field_order = ["place", "number", "reason"]

    def __init__(self, *args, plan, policy, **kwargs):
        super().__init__(*args, plan=plan, **kwargs)
        self.fields["place"].choices = place_choices(plan, policy)


def place_choices(plan, policy):
    """(place, label) of all places where a policy may go: never below itself. Two queries."""
    choices = []
    for axis in editor_axes(plan):
        name = f"（{axis.name}）" if axis.name else ""
        choices.append((axis.group, f"最上位{name}"))
        choices += [
            (f"p{row.node.id}", f"{'　' * row.node.depth}{row.node.label}")
            for row in axis.rows
            if row.below_name and policy.pk not in (row.node.id, *row.node.ancestor_ids)
        ]
    return choices


def item_choices(plan):
    """The items that a policy may point to, by framework. Two queries."""
    items = FrameworkItem.objects.offered_in(plan).select_related("framework")
    return [
        (str(framework), [(item.pk, str(item)) for item in group])
        for framework, group in groupby(items, key=lambda item: item.framework)
    ]


def _other_axes(plan, axis):
    policies = Policy.objects.of_plan(plan).exclude(level__axis=axis)
    return [
        (policy.pk, f"{policy.level.axis or policy.level.name}: {policy.label}")
        for policy in policies
    ]
