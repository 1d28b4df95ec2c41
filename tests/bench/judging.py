"""CPU time of judging 60 KPIs × 10 years in memory, beside a fixed loop in the same run.

The ratio to the loop is what can be compared between machines; the milliseconds are this one's.
No database: the objects are made here and never saved.
"""

import datetime
import time
from decimal import Decimal
from statistics import median

from kpis.grade_scales import STANDARD
from kpis.models import Judgement, Kpi, Result, Target, TargetRevision
from kpis.progress import Frame, _progress_of
from kpis.standings import rejudged
from plans.tree import PolicyNode

KPIS, YEARS, RUNS = 60, range(2021, 2031), 50
REVISED_FROM, LAST_RESULT = 2026, 2029
LIMIT = 20  # milliseconds, of the issue
FRAME = Frame(frozenset({2030}), (STANDARD,))
SHAPES = (
    ("yearly_flow", "increase"),
    ("point_in_time", "decrease"),
    ("cumulative_increment", "increase"),
    ("cumulative_total", "increase"),
    ("ratio", "increase"),
    ("point_in_time", "maintain_at_least"),
)


def main():
    plan = [made(number) for number in range(KPIS)]
    rows = [progress(objects) for objects in plan]
    loop = measured(baseline_loop)
    print(f"{KPIS} KPIs × {len(YEARS)} years, {RUNS} runs, CPU time in milliseconds")
    print(f"{'':32}{'best':>8}{'median':>8}{'× loop':>8}{'limit':>7}")
    report("fixed loop (20,000 divisions)", loop, loop)
    report("judging: 600 standings", measured(lambda: judged(rows)), loop, LIMIT)
    report("rows from objects, all of it", measured(lambda: [progress(o) for o in plan]), loop)


def report(name, spent, loop, limit=""):
    ratio = median(spent) / median(loop)
    print(f"{name:32}{min(spent):8.2f}{median(spent):8.2f}{ratio:8.2f}{limit:>7}")


def measured(action) -> list[float]:
    """Milliseconds of CPU of many runs, after two to warm up."""
    times = []
    for _ in range(RUNS + 2):
        begun = time.process_time()
        action()
        times.append((time.process_time() - begun) * 1000)
    return times[2:]


def baseline_loop():
    divisor = Decimal("3.7")
    for number in range(20_000):
        Decimal(number) / divisor


def judged(rows):
    """Every year of every KPI, by the one engine."""
    return [rejudged(row, year, item.result) for row in rows for year, item in row.years.items()]


def progress(objects):
    return _progress_of(*objects, FRAME)


def made(number):
    """A KPI as the database would give it: targets, revised once, results, self-evaluations."""
    kpi = made_kpi(number)
    return kpi, NODE, made_targets(kpi), made_results(kpi), made_judgements(kpi)


NODE = PolicyNode(1, "", 1, "施策", "(1)", "施策", "", ("(1)",), ())


def made_kpi(number):
    measurement_type, direction = SHAPES[number % len(SHAPES)]
    kpi = Kpi(
        pk=number + 1,
        number=str(number),
        name=f"指標{number}",
        unit="件",
        decimals=1,
        measurement_type=measurement_type,
        direction=direction,
        rate_formula="from_baseline" if number % 2 else "to_target",
        first_fiscal_year=YEARS[0],
        last_fiscal_year=YEARS[-1],
        baseline_fiscal_year=YEARS[0] - 1,
        baseline_value=Decimal("12.345600"),
    )
    kpi._prefetched_objects_cache = {"responsibilities": []}
    return kpi


def made_targets(kpi):
    revision = TargetRevision(
        kpi=kpi,
        number=1,
        effective_fiscal_year=REVISED_FROM,
        decided_on=datetime.date(2026, 5, 20),
        decided_by="推進本部",
        category="midterm",
        reason="実績を踏まえて見直した。",
    )
    first = [made_target(kpi, year, None, 0) for year in YEARS]
    return first + [made_target(kpi, year, revision, 5) for year in YEARS if year >= REVISED_FROM]


def made_target(kpi, year, revision, change):
    value = Decimal(20 + change + 10 * (year - YEARS[0]))
    return Target(kpi=kpi, fiscal_year=year, kind="number", value=value, revision=revision)


def made_results(kpi):
    is_share = kpi.measurement_type == "ratio"
    return [
        Result(
            kpi=kpi,
            fiscal_year=year,
            state="final",
            value=None if is_share else Decimal("17.123456") + 7 * (year - YEARS[0]),
            numerator=Decimal(33) if is_share else None,
            denominator=Decimal(48) if is_share else None,
        )
        for year in YEARS
        if year <= LAST_RESULT
    ]


def made_judgements(kpi):
    years = [year for year in YEARS if year <= LAST_RESULT]
    return [Judgement(kpi=kpi, fiscal_year=year, layer="self", comment="順調") for year in years]
