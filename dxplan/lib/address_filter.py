"""Filters of lists. Their conditions live in the address, beside whatever else stands there."""

from urllib.parse import urlencode

import django_filters

from dxplan.lib.folded_lookup import holds_all
from dxplan.lib.folding import search_words

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
