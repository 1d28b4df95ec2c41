"""Who is told what, once."""

import datetime

import pytest
from django.db import IntegrityError, transaction
from django.utils import timezone

from dxplan.accounts.models import User
from plans.models import Notice, NoticeKind, PlanYear
from plans.notice_texts import text_of, title_of
from plans.notices import notify
from plans.unread import newest_unread, with_unread
from tests.factories import make_notice, make_person, make_plan, make_plan_year, make_town
from tests.races import together

DUE = datetime.date(2026, 5, 29)


@pytest.fixture
def year(plan):
    PlanYear.objects.filter(plan=plan, fiscal_year=2025).update(due_on=DUE)
    return PlanYear.objects.select_related("plan").get(plan=plan, fiscal_year=2025)


def tell(year, people, **overrides):
    given = {"kind": NoticeKind.OPENED, "occasion": "1"}
    return notify(plan_year=year, people=people, **given | overrides)


def told():
    return sorted(Notice.objects.values_list("person__username", flat=True))


def test_notice_says_in_the_words_of_then_what_happened(year, staff):
    assert tell(year, [staff], lines=["担当する指標: 3件", ""]) == 1

    notice = Notice.objects.get()
    year.plan.title = "別の計画名"
    year.plan.save()
    assert (notice.title, notice.text) == (
        "令和7年度の実績の照会が始まりました",
        "DX推進計画\n回答期限: 令和8年5月29日\n担当する指標: 3件",
    )
    assert notice.link == f"/plans/{year.plan_id}/results/?fiscal_year=2025"
    assert (notice.plan, notice.fiscal_year, notice.is_unread) == (year.plan, 2025, True)


@pytest.mark.parametrize(
    ("kind", "title"),
    [
        ("opened", "令和7年度の実績の照会が始まりました"),
        ("due_soon", "令和7年度の実績の回答期限（令和8年5月29日）が近づいています"),
        ("overdue", "令和7年度の実績の回答期限（令和8年5月29日）が過ぎました"),
        ("reminded", "令和7年度の実績の入力をお願いします"),
        ("submitted", "令和7年度の実績が提出されました"),
        ("returned", "令和7年度の実績が差し戻されました"),
        ("approved", "令和7年度の実績が承認されました"),
        ("closed", "令和7年度を締めました"),
        ("reopened", "令和7年度の受付が再開されました"),
    ],
)
def test_each_kind_has_its_title(kind, title):
    assert title_of(NoticeKind(kind), 2025, DUE) == title


def test_text_names_the_due_date_only_where_the_title_does_not():
    assert text_of(NoticeKind.OPENED, "計画", None) == "計画"
    assert text_of(NoticeKind.OVERDUE, "計画", DUE) == "計画"
    assert text_of(NoticeKind.REOPENED, "計画", DUE, ["理由: 訂正"]) == (
        "計画\n回答期限: 令和8年5月29日\n理由: 訂正"
    )


def test_the_same_occasion_tells_nobody_twice(year, staff, dx_office):
    assert tell(year, [staff]) == 1
    assert tell(year, [staff]) == 0
    assert tell(year, [staff, dx_office]) == 1
    assert told() == ["office", "staff"]

    assert tell(year, [staff], occasion="2") == 1
    assert tell(year, [staff], kind=NoticeKind.CLOSED) == 1
    assert told() == ["office", "staff", "staff", "staff"]


def test_only_active_people_of_the_town_are_told_and_never_who_did_it(
    year, staff, dx_office, outsider, town
):
    stopped = make_person("stopped", town, role="auditor", is_active=False)

    assert tell(year, [staff, dx_office, outsider, stopped], by=dx_office) == 1
    assert told() == ["staff"]


def test_people_may_be_a_queryset(year, staff, dx_office, outsider):
    assert tell(year, User.objects.all()) == 2
    assert told() == ["office", "staff"]


def test_title_and_link_can_be_given(year, staff):
    tell(year, [staff], title="あ" * 201, link="/plans/1/dashboard/")

    notice = Notice.objects.get()
    assert (notice.title, notice.link) == ("あ" * 200, "/plans/1/dashboard/")


@pytest.mark.parametrize("count", [1, 3])
def test_telling_takes_four_queries(year, town, django_assert_num_queries, count):
    people = [make_person(f"person-{n}", town, role="auditor") for n in range(count)]

    with django_assert_num_queries(4):  # whom, then the notices between two savepoints
        assert tell(year, people) == count
    with django_assert_num_queries(1):
        assert tell(year, people) == 0


@pytest.mark.django_db(transaction=True)
def test_two_who_tell_at_once_make_one_notice_each():
    town = make_town()
    year = make_plan_year(make_plan(town), 2025, due_on=DUE)
    person = make_person("someone", town, role="auditor")

    together(*[lambda: tell(year, [person])] * 4)

    assert told() == ["someone"]


def test_notice_that_is_undone_with_its_cause_tells_nobody(year, staff):
    with pytest.raises(ZeroDivisionError), transaction.atomic():
        tell(year, [staff])
        raise ZeroDivisionError

    assert told() == []


def test_person_comes_along_with_the_number_of_unread_notices(staff, dx_office):
    for _ in range(3):
        make_notice(staff)
    make_notice(staff, read_at=timezone.now())
    make_notice(dx_office)

    counted = {person.username: person.unread_notices for person in with_unread(User.objects.all())}

    assert counted == {"staff": 3, "office": 1}


def test_newest_unread_notices_come_first_and_cost_nothing_without_any(
    staff, django_assert_num_queries
):
    for title in ("古い", "既読", "新しい", "もっと新しい"):
        make_notice(staff, title=title, read_at=timezone.now() if title == "既読" else None)

    person = with_unread(User.objects.all()).get(pk=staff.pk)
    assert [notice.title for notice in newest_unread(person, 2)] == ["もっと新しい", "新しい"]
    staff.notices.update(read_at=timezone.now())
    person = with_unread(User.objects.all()).get(pk=staff.pk)
    with django_assert_num_queries(0):
        assert newest_unread(person, 2) == []


REFUSED = [
    {"kind": "other"},
    {"fiscal_year": 1900},
    {"link": "//evil.example/"},
    {"link": "/\\evil.example/"},
    {"link": "https://evil.example/"},
    {"link": "javascript:alert(1)"},
]


@pytest.mark.parametrize("wrong", REFUSED, ids=str)
def test_database_refuses_notices_that_lead_elsewhere_or_are_of_no_kind(staff, wrong):
    with pytest.raises(IntegrityError), transaction.atomic():
        make_notice(staff, **wrong)


def test_database_refuses_a_notice_of_another_towns_plan(plan, outsider):
    with pytest.raises(IntegrityError, match="another town"), transaction.atomic():
        make_notice(outsider, plan=plan, fiscal_year=2025)


def test_notices_stay_with_a_person_who_moves(year, staff, department):
    tell(year, [staff])
    staff.assignments.update(valid_to=datetime.date(2026, 3, 31))

    assert [notice.title for notice in newest_unread(staff, 3)] == [
        "令和7年度の実績の照会が始まりました"
    ]
