"""The conditions by which the lists of a plan can be narrowed."""

from django.db.models import Q

from dxplan.lib.address_filter import AddressFilter, OptionFilter, WordsFilter
from plans.models import (
    FrameworkItem,
    GlossaryTerm,
    ItemClass,
    Plan,
    PlanState,
    Policy,
    PolicyFrameworkItem,
)


class PlanFilter(AddressFilter):
    state = OptionFilter(label="状態", choices=PlanState.choices)

    class Meta:
        model = Plan
        fields = []


class PolicyFilter(AddressFilter):
    """`below` maps the id of a top policy to the ids of all that stand under it or serve it."""

    q = WordsFilter(label="名称・概要に含む語", fields=("number", "name", "summary"))
    level = OptionFilter(label="階層")
    top = OptionFilter(label="上位の方針", method="filter_below")
    item = OptionFilter(label="上位・関連計画の項目", field_name="framework_links__item")

    class Meta:
        model = Policy
        fields = []

    def __init__(self, data, queryset, *, options, below):
        super().__init__(data, queryset, options=options)
        self.below = below

    def filter_below(self, policies, _, top):
        return policies.filter(pk__in=self.below[int(top)])


class TermFilter(AddressFilter):
    q = WordsFilter(label="用語・説明に含む語", fields=("term", "reading", "definition"))

    class Meta:
        model = GlossaryTerm
        fields = []


class FrameworkItemFilter(AddressFilter):
    """Items of frameworks, by their class and by whether a measure of the plan serves them."""

    item_class = OptionFilter(label="区分")
    served = OptionFilter(
        label="対応の有無",
        method="filter_served",
        choices=[("yes", "対応する施策あり"), ("no", "対応する施策なし")],
    )

    class Meta:
        model = FrameworkItem
        fields = []

    def __init__(self, data, queryset, *, plan, classes):
        options = [(key, label) for key, label in ItemClass.choices if key in classes]
        super().__init__(data, queryset, options={"item_class": options})
        self.plan = plan

    def filter_served(self, items, _, served):
        links = PolicyFrameworkItem.objects.filter(policy__plan=self.plan)
        is_served = Q(pk__in=links.values("item"))
        return items.filter(is_served if served == "yes" else ~is_served)
