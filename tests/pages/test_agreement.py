"""One engine: whatever shows a KPI's year shows the same of it, in all towns and for all kinds.

What people and programs get is read, and compared with the pages of the single KPIs.
"""

import re
from collections import Counter
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path

import pytest
from django.core.management import call_command
from django.db import transaction
from django.test import Client
from django.urls import reverse

from kpis.entry import Entry
from kpis.measurement import Milestone, ValueState
from kpis.models import Result
from kpis.preview import previewed
from kpis.progress import kpi_progress
from kpis.rows import NO_WAY_TO_GO
from kpis.sight import EVERYTHING
from plans.models import Plan
from tests.every_kind import make_every_kind
from tests.factories import make_person
from tests.markup import charts_of, read_page
from tests.shown_figures import (
    CHANGED,
    LIST_COLUMNS,
    from_bars,
    from_behind,
    from_chart,
    from_grid,
    from_judgement,
    from_kpi_page,
    from_list,
    from_matrix,
    from_tidy,
    from_workbook,
    from_year_tables,
    place_of,
    tidy_csv,
    tidy_xlsx,
    tile_counts,
    typed_lines,
)

pytestmark = pytest.mark.django_db

FIXTURES = sorted((Path(__file__).resolve().parents[2] / "fixtures").glob("*.json"))
TOWNS = {
    "神石高原町": 6,
    "香美町": 18,
    "真室川町": 0,
    "鏡石町": 0,
    "九重町": 0,
    "見本町": 20,
}
WITH_KPIS = [town for town, count in TOWNS.items() if count]
WITHOUT_KPIS = [town for town in TOWNS if town not in WITH_KPIS]
ALL = {"target", "value", "verdict", "rate", "progress", "grade"}
STATES = [state.label for state in ValueState if not state.has_value]
NUMBER = re.compile(r"-?[\d,]+")


@dataclass
class Outputs:
    """Everything that the DX office gets of one plan, as it was answered."""

    plan: Plan
    numbers: dict
    years: list
    kpi_pages: dict
    lists: dict
    dashboards: dict
    grids: dict
    checks: dict
    reports: dict
    csv: bytes
    xlsx: bytes
    previews: list

    @property
    def asked(self):
        return [year.fiscal_year for year in self.years if not year.is_planned]

    @cached_property
    def expected(self):
        """{(number, year, figure): text} of the KPIs' pages, and what can be told from it."""
        found = {}
        for number, page in self.kpi_pages.items():
            found |= dict(from_kpi_page(page, number))
        return found | dict(derived(found))


def derived(found):
    """What is shown only where there is a value, and what a chart can draw."""
    for (*key, figure), text in found.items():
        if figure == "value":
            yield (*key, "reached"), "" if text in STATES else text
            yield (*key, "drawn"), text if is_drawn(text) else ""
        if figure == "target":
            yield (*key, "aimed"), text if is_drawn(text) else ""


def is_drawn(text):
    return bool(NUMBER.match(text)) or text in [item.label for item in Milestone]


@pytest.fixture(scope="module")
def outputs(django_db_setup, django_db_blocker):
    """{town: Outputs}"""
    with django_db_blocker.unblock(), transaction.atomic():
        call_command("loaddata", *FIXTURES, verbosity=0)
        make_every_kind()
        plans = Plan.objects.select_related("municipality")
        found = {plan.municipality.name: outputs_of(plan) for plan in plans}
        transaction.set_rollback(True)
    return found


def outputs_of(plan):
    client = Client()
    client.force_login(make_person(f"office-{plan.pk}", plan.municipality, role="dx_office"))
    years, numbers = list(plan.years.order_by("fiscal_year")), dict(numbers_of(plan))

    def get(name, query="", **kwargs):
        response = client.get(f"{reverse(name, kwargs=kwargs or {'plan_id': plan.pk})}?{query}")
        assert response.status_code == 200
        return response

    def yearly(name, *query):
        return {
            year.fiscal_year: get(name, "&".join((f"fiscal_year={year.fiscal_year}", *query)))
            for year in years
        }

    columns = [f"columns={name}" for name in LIST_COLUMNS]
    grids = pages(yearly("result_grid"))
    return Outputs(
        plan=plan,
        numbers=numbers,
        years=years,
        kpi_pages=pages({n: get("kpi_detail", kpi_id=pk) for pk, n in numbers.items()}),
        lists=pages(yearly("kpi_list", *columns)),
        dashboards=pages(yearly("dashboard")),
        grids=grids,
        checks=dict(checks(client, plan, grids)),
        reports={year: response.content for year, response in yearly("report").items()},
        csv=get("data_csv").content,
        xlsx=get("data_xlsx").content,
        previews=list(previews(plan, years)),
    )


def numbers_of(plan):
    return plan.kpis.order_by("pk").values_list("pk", "number")


def pages(responses):
    return {key: read_page(response) for key, response in responses.items()}


def checks(client, plan, grids):
    """What the grid answers when what it shows is typed again, by (KPI's id, year)."""
    for year, page in grids.items():
        for kpi_id, fields in typed_lines(page).items():
            url = f"{reverse('result_check', args=[plan.pk])}?fiscal_year={year}&kpi={kpi_id}"
            typed = fields | {f"before-{kpi_id}": "other"}
            yield (int(kpi_id), year), read_page(client.post(url, typed))


def previews(plan, years):
    """(standing with the stored entry typed again, standing as stored) of all years asked for."""
    asked = [year.fiscal_year for year in years if not year.is_planned]
    results = {(item.kpi_id, item.fiscal_year): item for item in Result.objects.all()}
    for row in kpi_progress(plan, EVERYTHING):
        for year in asked:
            if row.at(year):
                entry = entry_of(results.get((row.id, year)))
                yield previewed(row, year, entry), row.at(year)


def entry_of(result):
    if result is None:
        return Entry(ValueState.MISSING)
    return Entry(
        state=ValueState(result.state),
        value=result.value,
        numerator=result.numerator,
        denominator=result.denominator,
        milestone=Milestone(result.milestone) if result.milestone else None,
        words=result.text,
        reference=result.reference,
        taken_fiscal_year=result.taken_fiscal_year,
        taken_on=result.taken_on,
        note=result.note,
    )


def every(expected, figures, *, numbers=None, years=None):
    """The keys of these figures, of all KPIs and years or of these."""
    return {
        (number, year, figure)
        for number, year, figure in expected
        if figure in figures
        and (numbers is None or number in numbers)
        and (years is None or year in years)
    }


def differences(shown, expected):
    """(key, what an output shows, what the KPI's page shows) where the two differ."""
    return [(key, text, expected.get(key)) for key, text in shown if text != expected.get(key, "")]


def assert_agrees(shown, expected, keys):
    """Whether an output shows exactly these keys, and every one as the KPI's page does."""
    shown = list(shown)
    assert differences(shown, expected) == []
    assert {key for key, _ in shown if key in expected} == keys


def test_all_towns_are_there(outputs):
    assert {town: len(item.numbers) for town, item in outputs.items()} == TOWNS


@pytest.mark.parametrize("town", WITH_KPIS)
def test_kpi_pages_show_all_years(outputs, town):
    item = outputs[town]
    figures = Counter(figure for _, _, figure in item.expected)

    assert {figures[figure] for figure in ALL} == {len(tidy_csv(item.csv))}


@pytest.mark.parametrize("town", TOWNS)
def test_lists_agree(outputs, town):
    item = outputs[town]
    shown = [pair for year, page in item.lists.items() for pair in from_list(page, year)]

    assert_agrees(shown, item.expected, every(item.expected, ALL))


@pytest.mark.parametrize("town", TOWNS)
def test_matrices_of_dashboards_agree(outputs, town):
    item = outputs[town]
    keys = every(item.expected, {"grade", "target", "reached"})

    for page in item.dashboards.values():
        assert_agrees(from_matrix(page, item.numbers), item.expected, keys)


@pytest.mark.parametrize("town", TOWNS)
def test_tiles_of_dashboards_count_what_agrees(outputs, town):
    item = outputs[town]
    for year, page in item.dashboards.items():
        grades = [item.expected[key] for key in every(item.expected, {"grade"}, years={year})]
        counted = Counter(grade.removesuffix(CHANGED) for grade in grades)

        assert {grade: count for grade, count in tile_counts(page).items() if count} == counted


@pytest.mark.parametrize("town", TOWNS)
def test_lists_of_what_is_behind_agree(outputs, town):
    item, expected = outputs[town], outputs[town].expected
    for year, page in item.dashboards.items():
        verdicts = every(expected, {"verdict"}, years={year})
        late = {key[0] for key in verdicts if expected[key] == "未達成"}
        keys = every(expected, {"target", "value", "rate", "grade"}, numbers=late, years={year})
        keys |= every(expected, {"rate"}, numbers=late, years={year - 1})

        assert_agrees(from_behind(page, year, item.numbers), expected, keys)


@pytest.mark.parametrize("town", TOWNS)
def test_tables_and_bars_of_dashboards_agree(outputs, town):
    item, expected = outputs[town], outputs[town].expected
    for year, page in item.dashboards.items():
        measured = {key[0] for key in every(expected, {"grade"}, years={year})}
        keys = every(expected, {"target", "value", "rate"}, numbers=measured)
        rates = every(expected, {"rate"}, numbers=measured, years={year - 1, year})

        assert_agrees(from_year_tables(page, item.numbers), expected, keys)
        assert_agrees(from_bars(page, year), expected, {key for key in rates if expected[key]})


@pytest.mark.parametrize("town", TOWNS)
def test_charts_of_kpis_agree(outputs, town):
    item, expected = outputs[town], outputs[town].expected
    for number, page in item.kpi_pages.items():
        years = sorted({year for found, year, _ in expected if found == number})
        figure = charts_of(page).get("kpi", {"data": []})
        keys = every(expected, {"drawn", "aimed"}, numbers={number})

        assert_agrees(from_chart(figure, number, years), expected, keys)


@pytest.mark.parametrize("town", TOWNS)
def test_small_charts_are_those_of_the_kpis_pages(outputs, town):
    item = outputs[town]
    own = {
        f"kpi-{kpi_id}": charts_of(item.kpi_pages[number]).get("kpi", None)
        for kpi_id, number in item.numbers.items()
    }
    for page in item.dashboards.values():
        small = {key: figure for key, figure in charts_of(page).items() if key in own}
        assert {key: figure for key, figure in small.items() if figure["data"]} == {
            key: own[key] for key in small if own[key]
        }


@pytest.mark.parametrize("town", TOWNS)
def test_points_of_charts_lie_at_the_figures_of_the_tidy_file(outputs, town):
    item = outputs[town]
    ranks = {"": None} | {stage.value: stage.rank for stage in Milestone}
    for line in tidy_csv(item.csv):
        figure = charts_of(item.kpi_pages[line["kpi_number"]]).get("kpi", {"data": []})
        traces = {trace["name"]: trace for trace in figure["data"]}
        year = int(line["fiscal_year"])
        upper = line["target_upper_value"]
        points = {
            "実績": line["value"] or ranks[line["milestone"]],
            "目標の下限" if upper else "目標": line["target_value"]
            or ranks[line["target_milestone"]],
            "目標の上限": upper,
            f"{line['reference_name']}（目標）": line["reference_value"],
        }
        assert {name: height(traces, name, year) for name in points} == {
            name: None if value in ("", None) else float(value) for name, value in points.items()
        }


def height(traces, name, year):
    place = place_of(traces, name, year)
    return None if place is None else traces[name]["y"][place]


@pytest.mark.parametrize("town", TOWNS)
def test_workbooks_of_the_committee_agree(outputs, town):
    item = outputs[town]
    shown = [pair for content in item.reports.values() for pair in from_workbook(content)]

    keys = every(item.expected, {"target", "value", "rate", "grade"})
    assert_agrees(shown, item.expected, keys)


@pytest.mark.parametrize("town", TOWNS)
def test_tidy_files_agree(outputs, town):
    item = outputs[town]
    # A column of numbers stays empty where the page says in words that there is no way to go.
    expected = {key: "" if text == NO_WAY_TO_GO else text for key, text in item.expected.items()}
    for lines in (tidy_csv(item.csv), tidy_xlsx(item.xlsx)):
        assert_agrees(from_tidy(lines), expected, every(expected, ALL))


@pytest.mark.parametrize("town", TOWNS)
def test_entry_grids_agree(outputs, town):
    item = outputs[town]
    shown = [
        pair for year, page in item.grids.items() for pair in from_grid(page, year, item.numbers)
    ]

    figures = {"target", "grade", "rate", "progress"}
    keys = every(item.expected, figures, years=item.asked)
    assert_agrees(shown, item.expected, keys)


@pytest.mark.parametrize("town", TOWNS)
def test_checks_of_what_is_stored_agree(outputs, town):
    item = outputs[town]
    shown = [
        pair
        for (kpi_id, year), answer in item.checks.items()
        for pair in from_judgement(answer, item.numbers[kpi_id], year)
    ]

    figures = {"grade", "rate", "progress"}
    keys = every(item.expected, figures, years=item.asked)
    assert_agrees(shown, item.expected, keys)


@pytest.mark.parametrize("town", TOWNS)
def test_previews_of_what_is_stored_are_the_stored_standings(outputs, town):
    item = outputs[town]

    assert len(item.previews) == len(every(item.expected, {"grade"}, years=item.asked))
    assert [(ours, stored) for ours, stored in item.previews if ours != stored] == []


@pytest.mark.parametrize("town", WITHOUT_KPIS)
def test_towns_without_kpis_have_outputs_that_are_empty_and_whole(outputs, town):
    item = outputs[town]

    assert (tidy_csv(item.csv), tidy_xlsx(item.xlsx)) == ([], [])
    assert [list(from_workbook(content)) for content in item.reports.values()] == [[]] * len(
        item.years
    )
    for page in (*item.lists.values(), *item.dashboards.values(), *item.grids.values()):
        assert page.first("table") is None
        assert len(list(page.all(css="empty"))) == 1
