"""What files cost: the tidy workbook beside openpyxl's own loop, CSV beside COPY TO, an import.

CPU time of this process, of those it starts, and of its server process, in turns in one run. The
ratios can be compared between machines.
"""

import tracemalloc
from decimal import Decimal
from io import BytesIO
from statistics import median
from tempfile import TemporaryFile

import psutil
from django.db import connection
from openpyxl import Workbook, load_workbook

from dxplan.lib.csv_files import csv_file
from dxplan.lib.data_workbooks import Table, data_workbook
from dxplan.lib.entry_sheets.layout import Origin
from dxplan.lib.entry_sheets.preview import ImportPreview
from kpis.models import Kpi, Result
from kpis.progress import kpi_progress
from kpis.result_uploads import save_upload, upload_lines
from kpis.result_workbook import result_workbook
from kpis.sight import EVERYTHING
from kpis.summary import measured_in
from kpis.views.imports import PAGES
from tests.factories import make_kpi, make_person, make_plan, make_plan_year, make_town

ROWS, ROUNDS, RESULTS = 50_000, 3, 5_000
HEADERS = [f"column_{place}" for place in range(1, 16)]
MEGABYTE = 1024 * 1024


def main():
    name = connection.creation.create_test_db(verbosity=0, autoclobber=True, serialize=False)
    try:
        report_sheets()
        report_csv()
        report_import()
    finally:
        connection.creation.destroy_test_db(name, verbosity=0)


def lines():
    """As a tidy file has them: much text that repeats, some numbers, some blanks."""
    for number in range(ROWS):
        value = Decimal(number * 1000 + 137) / 1000
        yield (
            *("285854", "香美町", "DX推進計画", "(1) 施策", str(number % 60), f"指標{number % 60}"),
            *("企画課", 2020 + number % 10, value, Decimal("12.5"), None, "件", "final", "達成"),
            f"備考 {number}",
        )


LINES = list(lines())


def spent(action) -> float:
    """Seconds of CPU, in processes that have ended or serve us too."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_backend_pid()")
        server = psutil.Process(cursor.fetchone()[0])
    before = used(server)
    action()
    return used(server) - before


def used(server) -> float:
    return sum(psutil.Process().cpu_times()[:4]) + sum(server.cpu_times()[:2])


def report_sheets():
    pairs = [(spent(write_ours), spent(write_bare)) for _ in range(ROUNDS)]
    ours, bare = (median(times) for times in zip(*pairs, strict=True))
    tracemalloc.start()
    write_ours()
    memory = tracemalloc.get_traced_memory()[1] / MEGABYTE
    tracemalloc.stop()
    print(f"\n{ROWS:,} rows × {len(HEADERS)} as xlsx, {ROUNDS} rounds, CPU time in seconds")
    print(f"{'':32}{'seconds':>9}{'× bare':>8}{'limit':>7}")
    print(f"{'openpyxl, write-only, bare':32}{bare:9.2f}{1:8.2f}")
    print(f"{'tidy workbook':32}{ours:9.2f}{ours / bare:8.2f}{1:>7}")
    print(f"{'its memory in MB':32}{memory:9.1f}{'':8}{30:>7}")


def write_ours():
    with TemporaryFile() as file:
        for part in data_workbook("data", [Table("data", HEADERS, LINES)]):
            file.write(part)


def write_bare():
    book = Workbook(write_only=True)
    sheet = book.create_sheet("data")
    sheet.append(HEADERS)
    for line in LINES:
        sheet.append(line)
    with TemporaryFile() as file:
        book.save(file)


def report_csv():
    with connection.cursor() as cursor:
        columns = ", ".join(f"{name} text" for name in HEADERS)
        cursor.execute(f"CREATE TEMP TABLE bench_line ({columns})")
        with cursor.copy(f"COPY bench_line ({', '.join(HEADERS)}) FROM STDIN") as copy:
            for line in LINES:
                copy.write_row(line)
    pairs = [(spent(write_csv), spent(copy_out))
             for _ in range(ROUNDS)]  # fmt: skip
    ours, copied = (median(times) for times in zip(*pairs, strict=True))
    print(f"\nthe same as CSV, {ROUNDS} rounds, CPU time in seconds")
    print(f"{'COPY TO':32}{copied:9.2f}{1:8.2f}")
    print(f"{'tidy CSV':32}{ours:9.2f}{ours / copied:8.2f}{3:>7}")


def write_csv():
    with TemporaryFile() as file:
        file.write(csv_file(HEADERS, LINES))


def copy_out():
    query = "COPY bench_line TO STDOUT (FORMAT csv, HEADER)"
    with connection.cursor() as cursor, TemporaryFile() as file, cursor.copy(query) as copy:
        for part in copy:
            file.write(part)


def report_import():
    plan = make_plan(make_town())
    year = make_plan_year(plan, 2025)
    office = make_person("office", plan.municipality, role="dx_office")
    first = make_kpi(plan)
    copied = ("id", "number", "position", "name")
    fields = {field.attname: getattr(first, field.attname) for field in Kpi._meta.concrete_fields}
    fields = {name: value for name, value in fields.items() if name not in copied}
    Kpi.objects.bulk_create(
        Kpi(**fields, number=str(place), position=place, name=f"指標{place}")
        for place in range(2, RESULTS + 1)
    )
    content = filled_in(result_workbook(Origin.of(plan, 2025), own_rows(plan)))
    times = {}

    def step(name, action):
        found = []
        times[name] = spent(lambda: found.append(action()))
        return found[0]

    given = (plan, 2025, "x.xlsx", content, office)
    upload = step("read and kept", lambda: PAGES.keep(*given))
    rows = step("KPIs fetched", lambda: own_rows(plan))
    page = step("compared", lambda: ImportPreview("", (), upload_lines(upload, rows, {})))
    lines = page.changed
    saving = {"upload": upload, "plan_year": year, "lines": lines, "user": office}
    step("saved", lambda: save_upload(**saving))
    assert Result.objects.count() == RESULTS
    whole = sum(times.values())
    print(f"\nimport of {RESULTS:,} results, CPU time in seconds, rows a second (aim: 2,000)")
    for name, seconds in (*times.items(), ("in all", whole)):
        print(f"{name:32}{seconds:9.2f}{RESULTS / seconds:10,.0f}")


def own_rows(plan):
    return measured_in(kpi_progress(plan, EVERYTHING), 2025)


def filled_in(content):
    book = load_workbook(BytesIO(content))
    sheet = book["実績入力"]
    column = next(cell.column for cell in sheet[3] if cell.value == "実績")
    for row in range(4, sheet.max_row + 1):
        sheet.cell(row, column).value = row
    file = BytesIO()
    book.save(file)
    return file.getvalue()
