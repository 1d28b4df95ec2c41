"""What the audit trail costs where rows are written by the thousand: with it, and without.

Both are measured in turns in one run, on a database made for it, as a request would write: CPU
time of this process and of its server process. The ratio can be compared between machines.
"""

from decimal import Decimal
from statistics import median

import pghistory
import psutil
from django.db import connection, transaction
from django.db.models import F

from kpis.models import Kpi, Result
from tests.factories import make_kpi, make_plan, make_town

KPIS, YEARS, ROUNDS = 200, range(2000, 2050), 5
UPDATES = 5  # in a row, as the clock of a process ticks only a hundred times a second
LIMIT = 1.3  # times as long, of the issue
WHO = {"user": 12, "name": "見本 太郎", "roles": "DX推進担当", "town": 3}
REQUEST = WHO | {"request": "POST /plans/7/results/"}
AUDIT_TRIGGERS = """
SELECT tgname FROM pg_trigger
WHERE tgrelid = 'kpis_result'::regclass
  AND tgname ~ '^pgtrigger_(insert_insert|update_update|delete_delete)_'
"""


def main():
    name = connection.creation.create_test_db(verbosity=0, autoclobber=True, serialize=False)
    try:
        report(measured())
    finally:
        connection.creation.destroy_test_db(name, verbosity=0)


def report(times):
    print(f"\n{KPIS * len(YEARS):,} results at once, {ROUNDS} rounds, CPU time in milliseconds")
    print(f"{'':32}{'with':>8}{'without':>9}{'ratio':>8}{'limit':>7}")
    for name, pair in times.items():
        audited, plain = (median(pair[is_audited]) for is_audited in (True, False))
        print(f"{name:32}{audited:8.0f}{plain:9.0f}{audited / plain:8.2f}{LIMIT:>7}")


def measured():
    """Milliseconds by what is done, with and without the trail, after one round to warm up."""
    plan = make_plan(make_town())
    first = make_kpi(plan, first_fiscal_year=YEARS[0], last_fiscal_year=YEARS[-1])
    kpis = [first, *(copied(first, number) for number in range(2, KPIS + 1))]
    times = {name: {True: [], False: []} for name in ("bulk_create", "queryset.update")}
    for turn in range(ROUNDS + 1):
        for is_audited in (turn % 2 == 0, turn % 2 == 1):
            switch_trail(is_audited)
            with pghistory.context(**REQUEST):
                spent = spent_by(lambda: insert(kpis)), spent_by(update, UPDATES)
            for name, milliseconds in zip(times, spent, strict=True):
                times[name][is_audited] += [milliseconds] if turn else []
    return times


def copied(kpi, number):
    fields = {field.attname: getattr(kpi, field.attname) for field in Kpi._meta.concrete_fields}
    return Kpi.objects.create(**fields | {"id": None, "number": str(number), "position": number})


def switch_trail(is_audited):
    """Also empties the tables, as written pages cost more than new ones."""
    verb = "ENABLE" if is_audited else "DISABLE"
    with connection.cursor() as cursor:
        cursor.execute("TRUNCATE kpis_result, kpis_resultevent")
        cursor.execute(AUDIT_TRIGGERS)
        for (name,) in cursor.fetchall():
            cursor.execute(f'ALTER TABLE kpis_result {verb} TRIGGER "{name}"')


def spent_by(write, times=1):
    """Milliseconds of CPU of both processes for one of several writes in a row."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_backend_pid()")
        processes = (psutil.Process(), psutil.Process(cursor.fetchone()[0]))
    before = used(processes)
    for _ in range(times):
        with transaction.atomic():
            write()
    return (used(processes) - before) * 1000 / times


def used(processes):
    return sum(sum(process.cpu_times()[:2]) for process in processes)


def insert(kpis):
    Result.objects.bulk_create(
        Result(kpi=kpi, fiscal_year=year, state="final", value=Decimal(year))
        for kpi in kpis
        for year in YEARS
    )


def update():
    Result.objects.update(value=F("value") + 1)
