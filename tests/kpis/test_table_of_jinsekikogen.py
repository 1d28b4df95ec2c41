"""The KPI table of 神石高原町 as it is printed, pasted into its plan without KPIs."""

import pytest
from django.core.management import call_command

from kpis.kpi_table.records import same_name
from kpis.models import Kpi, Target
from plans.models import Plan
from tests.factories import make_person
from tests.kpi_tables import JINSEKIKOGEN, preview, problems, take

SAID = (
    *("policy", "number", "position", "name", "unit", "decimals", "measurement_type", "direction"),
    *("rate_formula", "first_fiscal_year", "last_fiscal_year", "reference_name"),
    *("baseline_fiscal_year", "baseline_value", "baseline_reference"),
    *("taken_fiscal_year", "taken_on"),
)
TARGET = ("kpi__number", "fiscal_year", "kind", "value", "taken_fiscal_year", "taken_on")


@pytest.fixture
def printed(db):
    """The plan, and what its fixture says of KPIs and targets, which are gone."""
    call_command("loaddata", "jinsekikogen", verbosity=0)
    plan = Plan.objects.get(municipality__code="345458")
    said = list(Kpi.objects.filter(plan=plan).values(*SAID))
    targets = sorted(Target.objects.filter(kpi__plan=plan).values_list(*TARGET))
    Kpi.objects.filter(plan=plan).delete()
    return plan, said, targets


@pytest.mark.django_db
def test_printed_table_becomes_the_kpis_of_the_fixture(visit, printed):
    plan, said, targets = printed
    office = make_person("office", plan.municipality, role="dx_office")
    page = preview(visit, office, plan, JINSEKIKOGEN)
    answer = take(visit, office, page, reason="計画書の表から")

    assert answer.status_code == 302, (problems(answer), answer.context["alert"])
    found = list(Kpi.objects.filter(plan=plan).values(*SAID))
    names = [[same_name(row.pop("name")) for row in rows] for rows in (found, said)]
    assert names[0] == names[1]
    assert found == said
    assert sorted(Target.objects.filter(kpi__plan=plan).values_list(*TARGET)) == targets
