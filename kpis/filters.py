from dxplan.lib.address_filter import AddressFilter, OptionFilter, WordsFilter
from kpis.kpi_list import KpiList
from kpis.models import Kpi


class KpiFilter(AddressFilter):
    """The KPIs of a plan by what they are, and by where they stand in the year of `shown`."""

    q = WordsFilter(label="番号・指標・定義に含む語", fields=("number", "name", "definition"))
    policy = OptionFilter(label="施策", method="filter_policy")
    department = OptionFilter(label="担当課", method="filter_department")
    grade = OptionFilter(label="評語", method="filter_grade")
    state = OptionFilter(label="値の状態", method="filter_state")
    type = OptionFilter(label="測定の種類", field_name="measurement_type")

    class Meta:
        model = Kpi
        fields = []

    def __init__(self, data, *, plan, shown: KpiList):
        super().__init__(data, Kpi.objects.filter(plan=plan), options=shown.options)
        self.shown = shown

    def filter_policy(self, kpis, _, policy):
        return kpis.filter(pk__in=self.shown.by_policy[int(policy)])

    def filter_department(self, kpis, _, name):
        return kpis.filter(pk__in=self.shown.by_department[name])

    def filter_grade(self, kpis, _, grade):
        return kpis.filter(pk__in=self.shown.by_grade.get(grade, ()))

    def filter_state(self, kpis, _, state):
        return kpis.filter(pk__in=self.shown.by_state.get(state, ()))
