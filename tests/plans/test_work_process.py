"""Works in real processes: beside the pages, killed, ended, hung, two at a time."""

import signal
import time

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import connection

from dxplan.lib.spreadsheets.limits import Reason, UnreadableWorkbook
from plans.models import Work
from plans.work import ask_for
from plans.work_running import HUNG, INTERRUPTED, NOT_ALLOWED
from tests.factories import (
    make_department,
    make_kpi,
    make_person,
    make_plan,
    make_plan_year,
    make_town,
)
from tests.processes import data_folder, wait_until
from tests.races import together
from tests.work_process import application_role, dying, until, wait_for_worker, work_process


@pytest.fixture
def folder():
    with data_folder() as folder:
        yield folder


@pytest.fixture
def flag(folder):
    """The path whose file lets waiting works end."""
    return folder / "flag"


@pytest.fixture
def plan(transactional_db):
    plan = make_plan(make_town())
    make_plan_year(plan, 2025)
    with application_role():
        yield plan


@pytest.fixture
def staff(plan):
    department = make_department(plan.municipality)
    return make_person("staff", plan.municipality, role="staff", department=department)


def ask(staff, plan, flag):
    return ask_for(until, user=staff, plan=plan, path=str(flag))


def stands(work):
    work.refresh_from_db()
    return work.state, work.tries, work.steps_done, work.steps


def wait_for_state(work, *expected):
    wait_until(lambda: stands(work)[: len(expected)] == expected)


def test_work_is_done_beside_and_shows_how_far_it_is(folder, flag, staff, plan, visit):
    work = ask(staff, plan, flag)
    with work_process(folder):
        wait_for_state(work, "running", 1, 1, 2)
        assert "待っています…" in visit(staff, f"/works/{work.pk}/").content.decode()
        flag.touch()
        wait_for_state(work, "done", 1)

    assert visit(staff, f"/works/{work.pk}/file/").content == b"done"


def test_work_of_a_killed_process_is_taken_up_by_the_next(folder, flag, staff, plan):
    work = ask(staff, plan, flag)
    with work_process(folder) as process:
        wait_for_state(work, "running", 1, 1)
        process.kill()
        process.wait()
    assert stands(work)[:2] == ("running", 1)
    flag.touch()

    with work_process(folder):
        wait_for_state(work, "done", 2)


def test_work_of_a_killed_process_is_taken_up_by_another_that_runs(folder, flag, staff, plan):
    work = ask(staff, plan, flag)
    with work_process(folder) as first:
        wait_for_state(work, "running", 1, 1)
        with work_process(folder):
            first.kill()
            wait_for_state(work, "running", 2, 1)
            flag.touch()
            wait_for_state(work, "done", 2)


def test_work_that_kills_its_process_is_given_up(folder, staff, plan):
    work = ask_for(dying, user=staff, plan=plan)
    codes = []
    for _ in range(3):
        with work_process(folder) as process:
            codes.append(process.wait())
    with work_process(folder):
        wait_for_state(work, "failed", 4)

    assert codes == [9, 9, 9]
    assert work.said == INTERRUPTED


def test_process_told_to_end_gives_its_work_back(folder, flag, staff, plan):
    work = ask(staff, plan, flag)
    with work_process(folder) as process:
        wait_for_state(work, "running", 1, 1)
        process.send_signal(signal.SIGTERM)
        output, errors = process.communicate()

    assert (process.returncode, output, errors) == (0, "", "")
    assert stands(work)[:2] == ("waiting", 0)


def test_work_that_says_nothing_for_long_is_failed_and_its_process_ended(folder, flag, staff, plan):
    work = ask(staff, plan, flag)
    with work_process(folder, LONGEST_SILENCE="1") as process:
        assert process.wait() == 1

    assert stands(work)[:2] == ("failed", 1)
    assert work.said == HUNG


def test_double_click_asks_once(flag, staff, plan):
    first, second = together(*[lambda: ask(staff, plan, flag)] * 2)

    assert first == second
    assert Work.objects.get() == first


def test_two_processes_share_the_queue(folder, flag, staff, plan):
    works = [ask(staff, plan, flag), ask_for(until, user=staff, path=str(flag))]
    with work_process(folder), work_process(folder):
        for work in works:
            wait_for_state(work, "running", 1, 1)
        flag.touch()
        for work in works:
            wait_for_state(work, "done", 1)


def test_process_finds_the_database_again(folder, flag, staff, plan):
    with work_process(folder):
        wait_for_worker()
        with connection.cursor() as cursor:
            cursor.execute(
                "SELECT pg_terminate_backend(pid) FROM pg_stat_activity"
                " WHERE datname = current_database() AND pid <> pg_backend_pid()"
            )
        flag.touch()
        wait_for_state(ask(staff, plan, flag), "done", 1)


def test_person_is_asked_for_the_right_when_the_work_runs(folder, flag, staff, plan):
    first, second = ask(staff, plan, flag), ask_for(until, user=staff, path=str(flag))
    with work_process(folder):
        wait_for_state(first, "running", 1, 1)
        staff.assignments.all().delete()
        flag.touch()
        wait_for_state(second, "failed", 1)

    assert second.said == NOT_ALLOWED


def test_page_that_asks_waits_no_longer_than_two_seconds(folder, flag, staff, plan, visit):
    make_kpi(plan)
    busy = ask(staff, plan, flag)
    with work_process(folder):
        wait_for_state(busy, "running", 1, 1)
        begin = time.monotonic()
        response = visit(staff, f"/plans/{plan.pk}/report/", {})
        seconds = time.monotonic() - begin
        work = Work.objects.latest("pk")
        assert (response.status_code, response["Location"]) == (302, f"/works/{work.pk}/")
        flag.touch()
        wait_for_state(work, "done", 1)

    assert 2 <= seconds < 4
    assert visit(staff, f"/works/{work.pk}/file/").content[:2] == b"PK"


def test_upload_is_read_beside_the_pages(folder, flag, staff, plan, visit):
    department = staff.assignments.get().department
    make_kpi(plan, departments=[department])
    form = visit(staff, f"/plans/{plan.pk}/results.xlsx?fiscal_year=2025").content
    url = f"/plans/{plan.pk}/results/upload/?fiscal_year=2025"
    busy = ask(staff, plan, flag)
    answers = []
    with work_process(folder):
        wait_for_state(busy, "running", 1, 1)
        for content in (form, b"no workbook"):
            file = SimpleUploadedFile("回答\0.xlsx", content)
            answers.append(visit(staff, url, {"file": file})["Location"])
        flag.touch()
        good, bad = Work.objects.exclude(pk=busy.pk).order_by("pk")
        wait_for_state(good, "done", 1)
        wait_for_state(bad, "failed", 1)

    assert answers == [f"/works/{good.pk}/", f"/works/{bad.pk}/"]
    assert (good.given, bad.given) == (None, None)
    led = visit(staff, answers[0], headers={"HX-Request": "true"})["HX-Redirect"]
    assert visit(staff, led).context["page"].file_name == "回答.xlsx"
    assert bad.said == str(UnreadableWorkbook(Reason.CSV))
    page = visit(staff, answers[1]).content.decode()
    assert bad.said in page
    assert f'<a class="button" href="{url}">やり直す</a>' in page
