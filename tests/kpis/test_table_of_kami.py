"""The KPIs of 香美町 as they are printed: 18 small tables below the headings of their measures."""

import pytest
from django.core.management import call_command

from kpis.kpi_table.blocks import unstacked
from kpis.kpi_table.text import read_grid
from kpis.models import Kpi, Target
from plans.models import Plan
from tests.factories import make_person, put_years
from tests.kpi_tables import PRINTED, go_on, paste, problems, take

TARGET = ("kpi__name", "fiscal_year", "kind", "value", "milestone", "taken_on")
WAYS = ("policy", "measurement_type", "direction", "unit")
# What the plan says elsewhere: on the action plan's sheet, in 「以後継続」, in 「完全移行」.
SAID_ELSEWHERE = {
    *(("オンライン申請業務の拡充", year) for year in (2022, 2023, 2024)),
    *(("マイナンバーカード取得率の向上", year) for year in (2023, 2024, 2025)),
    ("国標準システム及びGov-Cloudへの移行の完了", 2025),
}


@pytest.fixture
def printed(db):
    """The plan before its first year, and what its fixture says of KPIs, which are gone."""
    call_command("loaddata", "kami", verbosity=0)
    plan = Plan.objects.get(municipality__code="285854")
    put_years(plan.years.all(), "planned")
    said = {
        name: tuple(ways)
        for name, *ways in Kpi.objects.filter(plan=plan).values_list("name", *WAYS)
    }
    targets = sorted(Target.objects.filter(kpi__plan=plan).values_list(*TARGET))
    Kpi.objects.filter(plan=plan).delete()
    return plan, said, targets


def by_hand(page, said):
    """What the person chooses where the plan means something else than is proposed."""
    chosen = {}
    for group in page.context["page"].groups:
        lines = [line for line in page.context["page"].lines if line.record.policy == group.word]
        chosen[f"{group.form.prefix}-policy"] = str(said[lines[0].record.name][0])
    for line in page.context["page"].lines:
        names = zip(WAYS[1:], said[line.record.name][1:], strict=True)
        chosen |= {f"l{line.record.line}-{name}": value for name, value in names}
    return chosen


def test_small_tables_become_one(visit, printed):
    plan, said, _ = printed
    office = make_person("office", plan.municipality, role="dx_office")

    columns = paste(visit, office, plan, (PRINTED / "kami.tsv").read_text("utf-8"))
    grid = columns.context["view"].grid

    assert grid[:2] == [
        ["分類", "KPI", "数値目標", "達成時期"],
        [
            "1)行政手続きのオンライン化",
            "オンライン申請業務の拡充",
            "申請業務45手続の達成",
            "令和7年度末",
        ],
    ]
    assert [row[1] for row in grid[1:]] == list(said)


def test_printed_tables_become_the_kpis_of_the_fixture(visit, printed):
    plan, said, targets = printed
    office = make_person("office", plan.municipality, role="dx_office")
    columns = paste(visit, office, plan, (PRINTED / "kami.tsv").read_text("utf-8"))
    page = go_on(visit, office, columns)
    proposed = {
        line.record.name: line.policy_id for line in page.context["page"].lines if line.policy_id
    }

    answer = take(visit, office, page, reason="計画書の表から", **by_hand(page, said))

    assert answer.status_code == 302, problems(answer)
    assert proposed == {name: ways[0] for name, ways in said.items()}
    found = sorted(Target.objects.filter(kpi__plan=plan).values_list(*TARGET))
    assert found == [row for row in targets if row[:2] not in SAID_ELSEWHERE]
    wordings = dict(plan.kpis.values_list("name", "target_wording"))
    assert wordings["紙の使用枚数の削減"] == "令和3年度実績から20%の削減"


def test_yearly_targets_of_the_printed_sheet_are_read(visit, printed):
    plan, said, targets = printed
    office = make_person("office", plan.municipality, role="dx_office")
    columns = paste(visit, office, plan, (PRINTED / "kami_sheet.tsv").read_text("utf-8"))
    page = go_on(visit, office, columns)

    answer = take(visit, office, page, reason="計画書の表から", **by_hand(page, said))

    assert answer.status_code == 302, problems(answer)
    values = Target.objects.filter(kpi__plan=plan).order_by("fiscal_year")
    assert list(values.values_list("fiscal_year", "value")) == [
        (row[1], row[3]) for row in targets if row[0] == "オンライン申請業務の拡充"
    ]


def test_text_without_small_tables_is_left_as_it_is():
    grid = read_grid("分類\t指標\tR8\n窓口\t申請\t5\nKPI\t目標値\t")

    assert unstacked(grid) == grid
