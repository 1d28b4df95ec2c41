"""What the committee's workbook costs: 60 KPIs over 5 years, 40 action plans with 4 stages each.

CPU time of this process and of its server process, beside openpyxl's own loop over as many cells.
"""

from io import BytesIO
from statistics import median

from django.db import connection
from openpyxl import Workbook, load_workbook

from dxplan.lib.fiscal_years import FiscalYear
from dxplan.pages.report import report_rows, report_workbook
from kpis.progress import kpi_progress
from kpis.sight import EVERYTHING
from plans.years import plan_years
from tests.bench.files import spent
from tests.factories import (
    make_action,
    make_kpi,
    make_plan,
    make_plan_year,
    make_policy,
    make_result,
    make_town,
)

KPIS, SHEETS, STAGES, ROUNDS = 60, 40, 4, 5
YEARS = range(2022, 2027)
LIMIT = 5  # seconds


def main():
    name = connection.creation.create_test_db(verbosity=0, autoclobber=True, serialize=False)
    try:
        report_committee()
    finally:
        connection.creation.destroy_test_db(name, verbosity=0)


def report_committee():
    plan = filled_plan()
    write(plan)  # what the first one loads counts for none
    ours = median(spent(lambda: write(plan)) for _ in range(ROUNDS))
    values = [list(sheet.values) for sheet in load_workbook(BytesIO(write(plan)))]
    bare = median(spent(lambda: write_bare(values)) for _ in range(ROUNDS))
    print(f"\ncommittee's workbook, {KPIS} KPIs, {SHEETS} sheets, {ROUNDS} rounds, CPU seconds")
    print(f"{'':32}{'seconds':>9}{'× bare':>8}{'limit':>7}")
    print(f"{'openpyxl, same cells, bare':32}{bare:9.2f}{1:8.2f}")
    print(f"{'committee_workbook':32}{ours:9.2f}{ours / bare:8.2f}{LIMIT:>5} s")


def filled_plan():
    plan = make_plan(make_town(), first_fiscal_year=YEARS[0], last_fiscal_year=YEARS[-1])
    policies = [make_policy(plan, number=str(number)) for number in range(1, 11)]
    for year in YEARS:
        make_plan_year(plan, year)
    kpis = [
        make_kpi(plan, policy=policies[place % 10], targets=dict.fromkeys(YEARS, 100))
        for place in range(KPIS)
    ]
    for kpi in kpis:
        for year in YEARS:
            make_result(kpi, year, 90, note="人員の不足により遅れた。")
    stages = [(f"工程{number}", YEARS[0], YEARS[-1]) for number in range(STAGES)]
    for place in range(SHEETS):
        texts = {"overview": "手続を見直す。" * 30, "effect": "待ち時間が減る。" * 10}
        policy = policies[place % 10]
        make_action(plan, stages=stages, kpis=[kpis[place]], policy=policy, **texts)
    return plan


def write(plan):
    year = FiscalYear(2025)
    rows = kpi_progress(plan, EVERYTHING)
    report = report_rows(plan, plan_years(plan), rows, year, EVERYTHING)
    return report_workbook(report, year)


def write_bare(sheets):
    book = Workbook(write_only=True)
    for lines in sheets:
        sheet = book.create_sheet()
        for line in lines:
            sheet.append(line)
    book.save(BytesIO())
