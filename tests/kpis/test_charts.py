"""Figures that plotly accepts, that show gaps as gaps, and a script that is the package's own."""

from pathlib import Path

import plotly
import plotly.graph_objects as go
import pytest
from django.contrib.staticfiles import finders
from django.core.management import call_command

from dxplan.pages.dashboard import build_dashboard
from kpis.charts import rate_comparison_chart
from kpis.kpi_chart import kpi_chart
from kpis.progress import kpi_progress
from kpis.sight import EVERYTHING
from plans.models import Plan
from plans.years import plan_years
from tests.factories import make_kpi, make_result, make_revision


def traces(figure):
    return {trace["name"]: trace for trace in figure["data"]}


def row_of(plan):
    return kpi_progress(plan, EVERYTHING)[0]


def test_figures_of_both_towns_are_what_plotly_draws(db):
    towns = ("jinsekikogen", "kami")
    call_command("loaddata", *towns, *(f"{town}_sample" for town in towns), verbosity=0)
    figures = [figure for plan in Plan.objects.all() for figure in figures_of(plan)]

    assert len(figures) == 4 * (2 + 6) + 2 + 2 + 3 * (2 + 18)
    for figure in figures:
        assert len(go.Figure(figure).data) == len(figure["data"])  # refuses what it does not know


def figures_of(plan):
    years, rows = plan_years(plan), kpi_progress(plan, EVERYTHING)
    for year in years:
        yield from build_dashboard(rows, years, year).charts.values()


def test_year_without_a_result_is_a_gap(plan):
    kpi = make_kpi(plan, targets={2024: 10, 2026: 30})
    make_result(kpi, 2024, 5)
    make_result(kpi, 2026, 25)
    drawn = traces(kpi_chart(row_of(plan)))

    assert list(drawn) == ["目標", "実績"]
    assert drawn["目標"]["x"] == drawn["実績"]["x"] == ["R6", "R7", "R8"]
    assert (drawn["目標"]["y"], drawn["実績"]["y"]) == ([10, None, 30], [5, None, 25])
    assert (drawn["目標"]["connectgaps"], drawn["実績"]["connectgaps"]) == (False, False)


def test_zero_is_drawn_and_a_state_without_a_value_is_a_gap(plan):
    kpi = make_kpi(plan, targets={2024: 10})
    make_result(kpi, 2024, 0)
    make_result(kpi, 2025, state="not_surveyed")

    assert traces(kpi_chart(row_of(plan)))["実績"]["y"] == [0, None, None]


def test_preliminary_result_is_an_open_marker(plan):
    kpi = make_kpi(plan, targets={2024: 10})
    make_result(kpi, 2024, 5)
    make_result(kpi, 2025, 6, state="preliminary")
    marker = traces(kpi_chart(row_of(plan)))["実績"]["marker"]

    assert marker["symbol"] == ["circle", "circle-open", "circle"]


def test_kpi_without_any_figure_has_an_empty_chart(plan):
    make_kpi(plan)

    assert kpi_chart(row_of(plan))["data"] == []


def test_baseline_stands_before_the_first_year(plan):
    kpi = make_kpi(plan, baseline_fiscal_year=2022, baseline_value=3, targets={2024: 10})
    make_result(kpi, 2024, 5)
    figure = kpi_chart(row_of(plan))

    assert figure["layout"]["xaxis"]["categoryarray"] == ["R4", "R6", "R7", "R8"]
    assert (traces(figure)["基準値"]["x"], traces(figure)["基準値"]["y"]) == (["R4"], [3])


def test_points_of_strict_targets_say_so(plan):
    kpi = make_kpi(
        plan, direction="decrease", targets={2024: 60, 2026: 40}, is_strict=True,
        baseline_fiscal_year=2023, baseline_value=100,
    )  # fmt: skip
    make_revision(kpi, 2026, {2026: 50})
    drawn = traces(kpi_chart(row_of(plan)))

    assert drawn["目標"]["customdata"] == ["60 件未満", "", "50 件"]
    assert drawn["当初目標"]["customdata"] == ["60 件未満", "", "40 件未満"]


def test_target_taken_away_leaves_a_gap_and_the_old_line(plan):
    kpi = make_kpi(plan, targets={2024: 10, 2025: 20, 2026: 30})
    make_revision(kpi, 2025, {2026: None})
    drawn = traces(kpi_chart(row_of(plan)))

    assert (drawn["目標"]["y"], drawn["当初目標"]["y"]) == ([10, 20, None], [10, 20, 30])
    assert drawn["目標"]["customdata"] == ["10 件", "20 件", ""]


def test_way_to_a_strict_final_target_says_so(plan):
    make_kpi(
        plan, direction="decrease", targets={2026: 40}, is_strict=True,
        baseline_fiscal_year=2023, baseline_value=100,
    )  # fmt: skip

    assert traces(kpi_chart(row_of(plan)))["期待値"]["customdata"] == [
        "100 件", "80 件未満", "60 件未満", "40 件未満",
    ]  # fmt: skip


def test_reference_series_is_drawn_beside_the_result(plan):
    fields = {"reference_name": "全国平均", "unit": "%", "decimals": 1}
    kpi = make_kpi(plan, baseline_fiscal_year=2023, baseline_reference="78.2", **fields)
    kpi.targets.create(fiscal_year=2024, kind="reference")
    make_result(kpi, 2024, "83.4", reference="81.1")
    drawn = traces(kpi_chart(row_of(plan)))

    assert drawn["実績"]["y"] == [83.4, None, None]
    assert drawn["全国平均（目標）"]["x"] == ["R5", "R6", "R7", "R8"]
    assert drawn["全国平均（目標）"]["y"] == [78.2, 81.1, None, None]


def test_unit_stands_above_the_axis(plan):
    make_kpi(plan, unit="手続", targets={2024: 10})
    layout = kpi_chart(row_of(plan))["layout"]

    assert [note["text"] for note in layout["annotations"]] == ["（手続）"]
    assert layout["yaxis"]["title"] == {"text": ""}


def test_large_figures_are_written_in_full(plan):
    make_kpi(plan, targets={2024: 1_234_567})
    layout = kpi_chart(row_of(plan))["layout"]

    assert layout["yaxis"]["exponentformat"] == "none"
    assert layout["yaxis"]["separatethousands"] is True


def test_target_that_was_met_exactly_is_seen_around_the_result(plan):
    kpi = make_kpi(plan, targets={2024: 10})
    make_result(kpi, 2024, 10)
    drawn = traces(kpi_chart(row_of(plan)))

    assert drawn["目標"]["marker"]["size"] > drawn["実績"]["marker"]["size"]


def test_old_targets_are_drawn_beside_those_in_force(plan):
    kpi = make_kpi(plan, targets={2024: 10, 2025: 20, 2026: 30})
    make_revision(kpi, 2025, {2025: 18, 2026: 25})
    make_revision(kpi, 2026, {2026: 22})
    drawn = traces(kpi_chart(row_of(plan)))

    assert {name: drawn[name]["y"] for name in drawn} == {
        "当初目標": [10, 20, 30],
        "第1回見直しの目標": [None, 18, 25],
        "目標": [10, 18, 22],
    }
    looks = {(line["line"]["dash"], line["marker"]["symbol"]) for line in drawn.values()}
    assert len(looks) == 3


def test_both_bounds_of_a_range_are_drawn_old_and_new(plan):
    kpi = make_kpi(plan, direction="range")
    kpi.targets.create(fiscal_year=2026, kind="range", value=40, upper_value=60)
    revision = make_revision(kpi, 2026, {})
    kpi.targets.create(fiscal_year=2026, kind="range", value=45, upper_value=55, revision=revision)
    drawn = traces(kpi_chart(row_of(plan)))

    assert {name: line["y"][-1] for name, line in drawn.items()} == {
        "当初目標の下限": 40,
        "当初目標の上限": 60,
        "目標の下限": 45,
        "目標の上限": 55,
    }


def test_way_to_the_only_target_is_a_line_from_the_baseline(plan):
    make_kpi(plan, baseline_fiscal_year=2023, baseline_value=10, targets={2026: 40})
    drawn = traces(kpi_chart(row_of(plan)))

    assert (drawn["期待値"]["x"], drawn["期待値"]["y"]) == (
        ["R5", "R6", "R7", "R8"],
        [10, 20, 30, 40],
    )


def test_milestones_are_drawn_as_stages(plan):
    kpi = make_kpi(plan, measurement_type="milestone", unit="")
    kpi.targets.create(fiscal_year=2026, kind="milestone", milestone="done")
    make_result(kpi, 2024, milestone="preparing")
    figure = kpi_chart(row_of(plan))

    assert traces(figure)["目標"]["y"] == [None, None, 3]
    assert traces(figure)["実績"]["y"] == [1, None, None]
    assert figure["layout"]["yaxis"]["ticktext"] == ["未着手", "準備中", "実施中", "完了"]


def test_rates_of_this_and_last_year_stand_side_by_side(plan):
    both = make_kpi(plan, name="両方", targets={2024: 10, 2025: 10})
    make_result(both, 2024, 5)
    make_result(both, 2025, 8)
    make_result(make_kpi(plan, name="今年だけ", targets={2025: 10}), 2025, 12)
    make_kpi(plan, name="率なし", targets={2025: 10})
    drawn = traces(rate_comparison_chart(kpi_progress(plan, EVERYTHING), 2025))

    assert drawn["当年度"]["y"] == drawn["前年度"]["y"] == ["2 今年だけ", "1 両方"]
    assert (drawn["当年度"]["x"], drawn["前年度"]["x"]) == ([120, 80], [None, 50])


@pytest.mark.parametrize("setting", ["showSendToCloud: false", "displaylogo: false"])
def test_charts_offer_no_way_to_the_makers_cloud(setting):
    script = Path(finders.find("dxplan/charts.js")).read_text(encoding="utf-8")

    assert script.count(setting) == 1


def test_chart_script_is_the_installed_packages_own():
    package = Path(plotly.__file__).parent / "package_data" / "plotly.min.js"

    assert Path(finders.find("plotly.min.js")) == package
    assert finders.find("validators") is None
