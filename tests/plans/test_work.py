"""Works as they are asked for, looked at, fetched and taken away; done here, as no process is."""

from datetime import timedelta
from functools import partial
from io import BytesIO

import openpyxl
import pytest
from django.utils import timezone

from dxplan.accounts.models import Assignment
from dxplan.accounts.permissions import Action
from plans.models import Work, WorkState
from plans.work import (
    MOST_UNFINISHED,
    TOO_MANY,
    WORK_KINDS,
    File,
    Outcome,
    WorkRefused,
    ask_for,
    kind_of_work,
)
from plans.work_running import BROKEN, INTERRUPTED, NOT_ALLOWED, run_next, wait_for
from tests.database import constraint_names, refusal_of
from tests.factories import make_kpi, make_result, make_work

LIST = "/works/"


@pytest.fixture
def kind():
    """Makes a file of what it is given; refuses or fails where the argument says so."""

    @kind_of_work("test", "試しの作業", Action.EXPORT)
    def make(job, *, text="", fails=False):
        if fails:
            raise ZeroDivisionError
        if not text:
            raise WorkRefused("何もありません。")
        job.tell("書いています", 1, 2)
        return Outcome(file=File(text.encode(), "試し.txt", "text/plain"))

    yield make
    del WORK_KINDS["test"]


@pytest.fixture
def opening():
    @kind_of_work("opening", "開く作業", Action.EXPORT)
    def go(job):
        return Outcome(address=f"/plans/{job.plan.pk}/", said="できあがりました。")

    yield go
    del WORK_KINDS["opening"]


def done_work(kind, person, plan, **arguments):
    return wait_for(ask_for(kind, user=person, plan=plan, **{"text": "内容"} | arguments))


def cells(content):
    book = openpyxl.load_workbook(BytesIO(content))
    return [list(sheet.values) for sheet in book]


def text_of(response):
    return response.content.decode()


def test_work_is_done_and_its_file_fetched(visit, staff, plan, kind):
    work = done_work(kind, staff, plan)

    response = visit(staff, f"/works/{work.pk}/file/")

    assert (work.state, work.tries, work.given) == (WorkState.DONE, 1, None)
    assert (response.content, response["Content-Type"]) == ("内容".encode(), "text/plain")
    assert response["Content-Disposition"].endswith("%E8%A9%A6%E3%81%97.txt")
    assert response["Cache-Control"] == "no-store"
    work.refresh_from_db()
    assert work.seen_at is not None


def test_uploaded_file_comes_to_the_function_and_is_not_kept(staff, plan):
    @kind_of_work("given", "読む作業", Action.EXPORT)
    def read(job):
        return Outcome(file=File(job.given[::-1], "逆.txt", "text/plain"))

    work = wait_for(ask_for(read, user=staff, plan=plan, given=b"abc"))
    del WORK_KINDS["given"]

    work.refresh_from_db()
    assert (bytes(work.file), work.given) == (b"cba", None)


@pytest.mark.parametrize(
    ("arguments", "said"),
    [({"text": ""}, "何もありません。"), ({"fails": True}, BROKEN), ({"unknown": 1}, BROKEN)],
)
def test_failed_work_has_a_sentence_and_a_number(visit, staff, plan, kind, arguments, said):
    work = done_work(kind, staff, plan, **arguments)

    page = text_of(visit(staff, f"/works/{work.pk}/"))

    assert (work.state, work.said) == (WorkState.FAILED, said)
    assert said in page
    assert f"お問い合わせ番号：{work.reference}" in page
    assert "Traceback" not in page
    assert visit(staff, f"/works/{work.pk}/file/").status_code == 404


def test_work_of_a_kind_that_is_no_more_fails(staff, plan):
    work = wait_for(make_work(staff, plan=plan, kind="gone"))

    assert (work.state, work.said) == (WorkState.FAILED, BROKEN)


def test_same_asked_twice_is_the_same_work(staff, dx_office, plan, kind):
    first = ask_for(kind, user=staff, plan=plan, text="a")

    assert ask_for(kind, user=staff, plan=plan, text="a") == first
    others = [
        ask_for(kind, user=staff, plan=plan, text="b"),
        ask_for(kind, user=staff, plan=plan, text="a", given=b"x"),
        ask_for(kind, user=staff, text="a"),
        ask_for(kind, user=dx_office, plan=plan, text="a"),
    ]
    wait_for(first)
    others.append(ask_for(kind, user=staff, plan=plan, text="a"))
    assert len({first.pk, *(work.pk for work in others)}) == 6


def test_person_has_only_so_many_unfinished_works(staff, dx_office, plan, kind):
    for number in range(MOST_UNFINISHED):
        ask_for(kind, user=staff, plan=plan, text=str(number))

    with pytest.raises(WorkRefused, match=TOO_MANY):
        ask_for(kind, user=staff, plan=plan, text="one more")
    assert ask_for(kind, user=dx_office, plan=plan, text="one more").is_waiting


def test_who_may_not_any_more_is_refused_when_it_runs(staff, plan, kind):
    work = ask_for(kind, user=staff, plan=plan, text="a")
    staff.assignments.all().delete()

    assert wait_for(work).said == NOT_ALLOWED


@pytest.mark.parametrize("change", ["stopped", "other town"])
def test_stopped_person_and_plan_out_of_sight_are_refused_when_it_runs(
    staff, outsider, plan, kind, change
):
    work = ask_for(kind, user=staff, plan=plan, text="a")
    if change == "stopped":
        type(staff).objects.filter(pk=staff.pk).update(is_active=False)
    else:
        Work.objects.filter(pk=work.pk).update(person=outsider)
        work.person = outsider

    assert wait_for(work).said == NOT_ALLOWED


def test_who_has_other_roles_meanwhile_does_not_get_the_file(visit, dx_office, plan, kind):
    work = done_work(kind, dx_office, plan)
    Assignment.objects.filter(user=dx_office).update(role="committee")

    page = text_of(visit(dx_office, f"/works/{work.pk}/"))

    assert "権限が変わったため、このファイルは受け取れません" in page
    assert "/file/" not in page
    assert visit(dx_office, f"/works/{work.pk}/file/").status_code == 403


@pytest.mark.parametrize("who", ["dx_office", "outsider"])
@pytest.mark.parametrize("page", ["", "file/"])
def test_others_do_not_learn_of_a_work(visit, request, staff, plan, kind, who, page):
    work = done_work(kind, staff, plan)
    other = request.getfixturevalue(who)

    assert visit(other, f"/works/{work.pk}/{page}").status_code == 404
    assert visit(other, f"/works/{work.pk}/cancel/", {}).status_code == 404
    assert list(visit(other, LIST).context["page"].object_list) == []
    assert visit(other, f"/works/999999999/{page}").status_code == 404


def test_work_is_forgotten_after_half_a_day(visit, staff, plan, kind):
    work = done_work(kind, staff, plan)
    asked_at = timezone.now() - timedelta(hours=12)
    Work.objects.update(asked_at=asked_at)

    assert visit(staff, f"/works/{work.pk}/").status_code == 404
    other = ask_for(kind, user=staff, plan=plan, text="b")
    assert list(Work.objects.all()) == [other]


def test_waiting_work_can_be_taken_away(visit, staff, plan, kind):
    work = ask_for(kind, user=staff, plan=plan, title="委員会資料", text="a")

    response = visit(staff, f"/works/{work.pk}/cancel/", {}, follow=True)

    assert response.redirect_chain == [(LIST, 302)]
    assert "作業「委員会資料」を取りやめました。" in text_of(response)
    assert not run_next()
    assert not Work.objects.exists()


def test_work_that_has_begun_is_not_taken_away(visit, staff, plan, kind):
    work = make_work(staff, plan=plan, state="running")

    response = visit(staff, f"/works/{work.pk}/cancel/", {}, follow=True)

    assert response.redirect_chain == [(f"/works/{work.pk}/", 302)]
    assert "すでに始まっているため、取りやめられません。" in text_of(response)
    assert Work.objects.get() == work


def test_interrupted_work_is_taken_up_again_but_not_for_ever(staff, plan, kind):
    arguments = {"plan": plan, "state": "running", "arguments": {"text": "a"}}
    once = make_work(staff, tries=1, **arguments)
    often = make_work(staff, tries=3, **arguments)

    ended = [wait_for(once), wait_for(often)]

    assert [(work.state, work.tries) for work in ended] == [("done", 2), ("failed", 4)]
    assert ended[1].said == INTERRUPTED


def test_page_of_a_running_work_asks_again_and_tells_what_is_new_once(visit, staff, plan, kind):
    work = make_work(
        staff, plan=plan, state="running", doing="個票を書いています", steps_done=3, steps=40
    )
    url, htmx = f"/works/{work.pk}/", {"HX-Request": "true"}

    page = text_of(visit(staff, url))
    old = text_of(visit(staff, f"{url}?told=始めています…", headers=htmx))
    same = text_of(visit(staff, f"{url}?told=個票を書いています…", headers=htmx))

    assert '<progress class="work__bar" max="40" value="3"' in page
    assert 'hx-trigger="every 1s"' in page
    assert "この画面を離れても作業は続きます" in page
    assert '<meta http-equiv="refresh"' in page
    assert 'hx-swap-oob="innerHTML">個票を書いています…' in old
    assert "hx-swap-oob" not in same
    work.refresh_from_db()
    assert work.seen_at is None


def test_page_of_a_work_taken_away_meanwhile_says_so_and_stops_asking(visit, staff, plan, kind):
    response = visit(staff, "/works/999999999/?told=x", headers={"HX-Request": "true"})

    assert response.status_code == 200
    assert "この作業はもうありません" in text_of(response)
    assert "hx-trigger" not in text_of(response)


def test_page_asks_for_a_quarter_of_an_hour_then_by_a_link(visit, staff, plan):
    work = make_work(staff, plan=plan)
    Work.objects.update(asked_at=timezone.now() - timedelta(minutes=15))

    page = text_of(visit(staff, f"/works/{work.pk}/"))

    assert "hx-trigger" not in page
    assert "http-equiv" not in page
    assert f'<p><a href="/works/{work.pk}/">表示を更新する</a></p>' in page


def test_watched_page_stops_asking_at_the_end(visit, staff, plan, kind):
    work = done_work(kind, staff, plan)

    part = text_of(visit(staff, f"/works/{work.pk}/?told=x", headers={"HX-Request": "true"}))

    assert "hx-trigger" not in part
    assert f'href="/works/{work.pk}/file/"' in part


def test_watcher_is_led_on_to_the_page_that_a_work_came_to(visit, staff, plan, opening):
    work = wait_for(ask_for(opening, user=staff, plan=plan))

    page = text_of(visit(staff, f"/works/{work.pk}/"))
    led = visit(staff, f"/works/{work.pk}/?told=x", headers={"HX-Request": "true"})

    assert f'<a class="button" href="/plans/{plan.pk}/">結果を開く</a>' in page
    assert led["HX-Redirect"] == f"/plans/{plan.pk}/"
    assert "できあがりました。" in text_of(visit(staff, f"/plans/{plan.pk}/"))


@pytest.mark.parametrize("count", [1, 3])
def test_list_takes_six_queries(staff, plan, count_queries, count):
    for _ in range(count):
        make_work(staff, plan=plan)

    response = count_queries(6, staff, LIST)

    assert len(response.context["page"].object_list) == count


def test_empty_list_says_so(visit, staff):
    assert "作業はありません" in text_of(visit(staff, LIST))


def test_header_counts_what_runs_or_was_not_seen(visit, staff, plan, kind):
    make_work(staff, plan=plan, state="running")
    work = done_work(kind, staff, plan)
    done_work(kind, staff, plan)

    before = text_of(visit(staff, "/"))
    visit(staff, f"/works/{work.pk}/")
    after = text_of(visit(staff, "/"))

    assert '>3<span class="visually-hidden">件が実行中または未確認' in before
    assert '>2<span class="visually-hidden">件が実行中または未確認' in after
    assert f'<a href="{LIST}">作業一覧</a>' in after


def test_committees_workbook_is_asked_for(visit, dx_office, plan):
    make_result(make_kpi(plan, targets={2025: 5}), 2025, 3)

    response = visit(dx_office, f"/plans/{plan.pk}/report/?fiscal_year=2025", {}, follow=True)

    work = Work.objects.get()
    assert response.redirect_chain == [(f"/works/{work.pk}/file/", 302)]
    assert response.content[:2] == b"PK"
    assert (work.title, work.file_name) == (
        "委員会資料（Excel） 令和7年度",
        "香美町_DX推進計画_進捗状況報告書_令和7年度.xlsx",
    )


def test_asked_and_direct_workbook_show_the_same(visit, staff, plan):
    make_result(make_kpi(plan, targets={2025: 5}), 2025, 3, review_state="draft")
    pages = []
    for values in ("", "&values=settled"):
        query = f"?fiscal_year=2025{values}"
        asked = visit(staff, f"/plans/{plan.pk}/report/{query}", {}, follow=True)
        direct = visit(staff, f"/plans/{plan.pk}/report.xlsx{query}")
        pages.append(cells(asked.content))
        assert pages[-1] == cells(direct.content)
    assert len(pages) == 2


def test_too_many_unfinished_works_are_told(visit, staff, plan, kind):
    for number in range(MOST_UNFINISHED):
        ask_for(kind, user=staff, plan=plan, text=str(number))

    response = visit(staff, f"/plans/{plan.pk}/report/?fiscal_year=2025", {}, follow=True)

    assert response.redirect_chain == [(LIST, 302)]
    assert TOO_MANY in text_of(response)


def test_database_keeps_what_holds_of_works(staff, plan):
    named = {
        "work_state_from_list": {"state": "asleep"},
        "work_address_within_the_site": {"address": "//elsewhere/"},
        "work_asked_once": {"same_as": "once"},
    }
    make_work(staff, same_as="once")

    assert set(named) == constraint_names(Work)
    for name, fields in named.items():
        assert refusal_of(partial(make_work, staff, **fields)) == name
