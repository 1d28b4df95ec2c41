from django.db.models import FilteredRelation, Q

from dxplan.lib.address_filter import AddressFilter, OptionFilter
from plans.checklist_figures import state_labels
from plans.checklist_rows import ChecklistRows
from plans.models import ChecklistItem

UNREGISTERED_KEY = "unregistered"


class ItemFilter(AddressFilter):
    """The items of a list by their state in a year and by their group."""

    state = OptionFilter(label="状態", method="filter_state")
    group = OptionFilter(label="区分")

    class Meta:
        model = ChecklistItem
        fields = []

    def __init__(self, data, *, shown: ChecklistRows):
        of_year = FilteredRelation(
            "states", condition=Q(states__fiscal_year=shown.fiscal_year or 0)
        )
        items = ChecklistItem.objects.filter(checklist=shown.checklist).alias(of_year=of_year)
        labels = state_labels(shown.checklist).items()
        options = {
            "state": [(state or UNREGISTERED_KEY, label) for state, label in labels],
            "group": [(group, group) for group in shown.groups],
        }
        super().__init__(data, items, options=options)

    def filter_state(self, items, _, state):
        return items.filter(of_year__state=None if state == UNREGISTERED_KEY else state)
