"""Filters of lists. Their conditions live in the address, beside whatever else stands there."""

from urllib.parse import urlencode

import django_filters
from django.db.models import Q

from dxplan.lib.folded_lookup import holds_all
from dxplan.lib.folding import search_words
from plans.models import (
    FrameworkItem,
    GlossaryTerm,
    ItemClass,
    Plan,
    PlanState,
    Policy,
    PolicyFrameworkItem,
)

LONGEST_QUERY = 100
# The same words for what never was and for what belongs to another plan or town.
NO_SUCH_CHOICE = "選択肢にない条件です。この条件では絞り込んでいません。"


class WordsFilter(django_filters.CharFilter):
    """Every word must occur in one of `fields`, whatever its width and case."""

    def __init__(self, *, fields, **options):
        super().__init__(max_length=LONGEST_QUERY, **options)
        self.fields = fields

    def filter(self, queryset, value):
        return queryset.filter(holds_all(search_words(value), *self.fields))


class OptionFilter(django_filters.ChoiceFilter):
    """One of the options, or all."""

    def __init__(self, **options):
        errors = {"invalid_choice": NO_SUCH_CHOICE}
        super().__init__(empty_label="すべて", error_messages=errors, **options)


class AddressFilter(django_filters.FilterSet):
    """A set of filters; `options` gives those their choices that differ from plan to plan.

    A filter that offers nothing is left out. An invalid condition is told and does not filter.
    """

    def __init__(self, data, queryset, *, options=None):
        super().__init__(data, queryset)
        for name, choices in (options or {}).items():
            self.filters[name].extra["choices"] = choices
            if not choices and not self.data.get(name):
                del self.filters[name]

    @property
    def kept(self):
        """(name, value) pairs of the address that are no conditions, such as the order of rows."""
        return [
            (name, value)
            for name, values in self.data.lists()
            if name not in self.filters and name != "page"
            for value in values
        ]

    @property
    def is_active(self):
        return any(self.data.get(name) for name in self.filters)

    @property
    def clear_url(self):
        return f"?{urlencode(self.kept)}"

    @property
    def ids(self):
        """The ids of what passes. One query."""
        return set(self.qs.values_list("pk", flat=True))


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
