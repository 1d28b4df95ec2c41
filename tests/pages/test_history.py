"""Who changed what: pages and files over the trail, and who may read how much of it."""

import datetime

import pghistory
import pytest
from django.db import connection
from django.urls import reverse

from dxplan.accounts.models import Assignment, Department, User
from dxplan.accounts.trail.changes import BY_SYSTEM
from dxplan.lib.audit import event_models
from dxplan.pages.editions import delete_draft
from dxplan.pages.history_subjects import BY_SLUG, SUBJECTS
from kpis.models import Judgement, Kpi, KpiResponsibility, Result
from plans.models import Framework, Plan, PlanChange, Policy, PolicyLink, Section
from tests.factories import (
    furnish,
    make_department,
    make_kpi,
    make_person,
    make_plan,
    make_plan_year,
    make_policy,
    make_result,
    make_revision,
    make_scale,
    make_section,
    make_town,
)


def history_url(thing, name="object_history"):
    return reverse(name, args=[SUBJECTS[type(thing)].slug, thing.pk])


def changes(response):
    return [change for save in response.context["saves"] for change in save.changes]


def told(response):
    """(kind, of what, name) of each change on a page."""
    return [(item.kind.label, item.subject.label, item.name) for item in changes(response)]


def as_person(person, write, reason=""):
    """Writes as a request of this person would."""
    who = {"user": person.pk, "name": person.name, "roles": "", "town": person.municipality_id}
    with pghistory.context(**who, reason=reason):
        write()
    forget_who()


def forget_who():
    """Ends what a request told the trail, which else would last as long as a test's transaction."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT set_config('pghistory.context_metadata', '', true)")


def edits(response):
    return [change for change in changes(response) if change.is_edit]


def fields(change):
    return [(item.label, item.old, item.new) for item in change.fields]


def lines(response):
    """The lines of a CSV."""
    content = b"".join(response.streaming_content).decode("utf-8-sig")
    return [line.split(",") for line in content.splitlines()]


@pytest.fixture
def auditor(town):
    return make_person("auditor", town, role="auditor")


@pytest.fixture
def head(town, department):
    return make_person("head", town, role="head", department=department)


@pytest.fixture
def administrator(town):
    return make_person("sys", town, role="system_administrator")


@pytest.fixture
def kpi(plan, department):
    return make_kpi(plan, name="申請率", departments=[department], targets={2025: "10"})


# ---- What is told


def test_every_model_on_record_is_a_subject():
    assert set(SUBJECTS) == set(event_models())
    assert len(BY_SLUG) == len(SUBJECTS)


def test_change_tells_who_as_what_when_and_why(visit, dx_office, plan):
    policy = make_policy(plan, number="(1)", name="窓口")
    visit(
        dx_office,
        reverse("policy_edit", args=[plan.pk, policy.pk]),
        {"number": "(1)", "name": "新しい窓口", "version": "1", "reason": "会議で決定"},
    )

    response = visit(dx_office, history_url(policy))

    latest, first = changes(response)
    assert (latest.who.name, latest.who.roles, latest.reason) == (
        "office",
        "DX推進担当",
        "会議で決定",
    )
    assert latest.request == f"POST /plans/{plan.pk}/structure/{policy.pk}/"
    assert fields(latest) == [("名称", "窓口", "新しい窓口")]
    assert (first.who.name, first.kind.label) == (BY_SYSTEM, "追加")
    html = response.content.decode()
    assert "<del>窓口</del>" in html
    assert "<ins>新しい窓口</ins>" in html
    assert "会議で決定" in html


def test_values_are_told_in_words(visit, dx_office, plan, kpi):
    result = make_result(kpi, 2025, "5.50", is_sample=True)
    Result.objects.filter(pk=result.pk).update(
        state="preliminary", value="12.340000", taken_on="2026-03-31", is_sample=False, version=9
    )
    Kpi.objects.filter(pk=kpi.pk).update(direction="decrease", last_fiscal_year=2030)

    of_kpi, _ = edits(visit(dx_office, history_url(kpi)))
    of_results = changes(visit(dx_office, f"{history_url(kpi)}?kind=results"))

    assert fields(of_kpi) == [
        ("目指す方向", "増加", "減少"),
        ("測定終了年度", "令和8年度", "令和12年度"),
    ]
    assert [(item.kind.label, item.name, fields(item)) for item in of_results] == [
        (
            "追加",
            "令和7年度",
            [
                ("審査の状態", "", "入力中"),
                ("年度", "", "令和7年度"),
                ("値の状態", "", "確定"),
                ("実績値", "", "5.5"),
                ("見本", "", "はい"),
            ],
        ),
        (
            "変更",
            "令和7年度",
            [
                ("時点（日付）", "", "令和8年3月31日"),
                ("値の状態", "確定", "速報"),
                ("実績値", "5.5", "12.34"),
                ("見本", "はい", "いいえ"),
            ],
        ),
    ]


def test_change_of_counters_only_is_told_as_internal(visit, dx_office, plan):
    Plan.objects.filter(pk=plan.pk).update(version=7)

    response = visit(dx_office, history_url(plan))

    assert [fields(change) for change in edits(response)] == [[]]
    assert "内部の情報だけが変わりました。" in response.content.decode()


def test_reference_is_told_by_name(visit, dx_office, plan, kpi):
    other = make_department(plan.municipality, name="町民課")
    KpiResponsibility.objects.filter(kpi=kpi).update(department=other)

    (change,) = edits(visit(dx_office, history_url(kpi)))

    assert (change.name, fields(change)) == ("町民課", [("担当課", "企画課", "町民課")])


@pytest.mark.django_db(transaction=True)
def test_renamed_department_is_told_by_the_name_of_then(visit):
    town = make_town()
    person = make_person("office", town, role="dx_office")
    department = make_department(town, name="企画課")
    kpi = make_kpi(make_plan(town), departments=[department])
    Department.objects.filter(pk=department.pk).update(name="デジタル推進課")
    KpiResponsibility.objects.filter(kpi=kpi).delete()

    found = changes(visit(person, history_url(kpi)))

    assert [
        (item.kind.label, fields(item)) for item in found if item.subject.model is KpiResponsibility
    ] == [
        ("削除", [("担当課", "デジタル推進課", "")]),
        ("追加", [("担当課", "", "企画課")]),
    ]
    of_department = changes(visit(person, history_url(department)))
    assert fields(of_department[0]) == [("課名", "企画課", "デジタル推進課")]
    rows = lines(visit(person, "/history.csv?kind=kpi-departments"))
    assert [row[3:10] for row in rows[1:]] == [
        [
            "削除",
            "指標の担当課",
            "指標1 デジタル推進課",
            "DX推進計画",
            "担当課",
            "デジタル推進課",
            "",
        ],
        ["追加", "指標の担当課", "指標1 企画課", "DX推進計画", "担当課", "", "企画課"],
    ]


def test_what_was_removed_is_told_by_its_own_columns(visit, dx_office, plan):
    section = make_section(plan, title="はじめに")
    section_id = section.pk
    Section.objects.filter(pk=section_id).delete()

    response = visit(dx_office, reverse("object_history", args=["sections", section_id]))

    assert told(response) == [("追加", "章・節", "1 はじめに"), ("削除", "章・節", "1 はじめに")]
    assert ("見出し", "はじめに", "") in fields(changes(response)[1])
    assert response.context["url_today"] == ""


def test_removed_draft_stays_readable_where_it_belonged(visit, dx_office, town):
    draft = make_plan(town, code="next", title="次期計画", state="draft")
    furnish(draft)
    draft_id = draft.pk
    delete_draft(plan=draft)

    response = visit(dx_office, reverse("object_history", args=["plans", draft_id]))
    in_town = visit(dx_office, "/history/?kind=kpis")

    assert ("削除", "計画", "次期計画") in told(response)
    assert ("削除", "成果指標", "指標1") in told(response)
    assert told(in_town) == [("追加", "成果指標", "指標1"), ("削除", "成果指標", "指標1")]
    assert [item.place for item in changes(in_town)] == [("次期計画",)] * 2


def test_every_kind_of_thing_can_be_told(visit, dx_office, plan, department):
    furnish(plan)
    kpi = make_kpi(plan, name="申請率", policy=plan.policies.last(), targets={2025: "10"})
    later = make_kpi(plan, policy=kpi.policy)
    make_revision(kpi, 2026, {2026: "20"})
    make_result(kpi, 2025, "5")
    make_scale(plan, 2025, (("A", 100), ("B", None)))
    Judgement.objects.create(kpi=kpi, fiscal_year=2025, layer="self", comment="順調")
    KpiResponsibility.objects.create(kpi=later, department=department)
    found = {}
    for page in (1, 2, 3):
        for item in changes(visit(dx_office, f"/history/?page={page}")):
            found.setdefault(item.subject.slug, item.name)

    assert {slug: found[slug] for slug in sorted(found)} == {
        "assignments": "office DX推進担当",
        "checklist-items": "手続 転入届",
        "checklist-states": "手続 転入届 令和6年度",
        "checklists": "手続",
        "committees": "推進本部",
        "departments": "企画課",
        "grade-scales": "町の評語（第1版）",
        "grade-steps": "町の評語（第1版） A Aの評語",
        "judgements": "申請率 令和7年度 担当課の自己評価",
        "kpi-departments": "指標3 企画課",
        "kpis": "指標1",
        "levels": "方針",
        "meetings": "第1回",
        "municipalities": "香美町",
        "people": "office",
        "plan-years": "DX推進計画 令和6年度",
        "plans": "DX推進計画",
        "policies": "① 方針",
        "policy-items": "(3) 施策3 → 1 項目",
        "policy-links": "(3) 施策3 → 視点",
        "related-plans": "総合計画",
        "results": "申請率 令和7年度",
        "revisions": "申請率 第1回見直し",
        "seats": "推進本部 本部長 町長",
        "sections": "1 第1章",
        "targets": "申請率 令和7年度",
        "terms": "AI",
    }


def test_saved_together_stands_together(visit, dx_office, auditor, plan):
    for _ in range(3):
        make_policy(plan)
    for person, reason in ((dx_office, "会議で決定"), (auditor, "")):
        as_person(person, lambda word=reason: Policy.objects.update(summary=f"{word}概要"), reason)

    saves = visit(dx_office, f"{history_url(plan)}?kind=policies").context["saves"]

    told_by = sorted((save.first.who.name, save.first.reason, len(save.changes)) for save in saves)
    assert told_by == [("auditor", "", 3), ("office", "会議で決定", 3), (BY_SYSTEM, "", 3)]


def test_the_records_sentences_are_not_told_twice(visit, dx_office, plan):
    record = PlanChange.objects.create(
        plan=plan, kind="edited", subject="計画", changed_by=dx_office, changed_by_name="office"
    )
    before = told(visit(dx_office, f"{history_url(plan)}?kind=plan-changes"))
    PlanChange.objects.filter(pk=record.pk).update(reason="後から")
    after = told(visit(dx_office, f"{history_url(plan)}?kind=plan-changes"))

    assert (before, after) == (
        [],
        [("変更", "計画の変更の記録", "計画 変更")],
    )


# ---- Conditions


def test_person_and_commands_are_told_apart(visit, dx_office, plan, kpi):
    visit(dx_office, reverse("kpi_remove", args=[kpi.pk]), {"version": "1", "reason": "統合"})

    of_person = visit(dx_office, f"/history/?person={dx_office.pk}")
    of_commands = visit(dx_office, "/history/?person=system&kind=kpis")

    assert ("削除", "成果指標", "申請率") in told(of_person)
    assert {item.who.id for item in changes(of_person)} == {dx_office.pk}
    assert told(of_commands) == [("追加", "成果指標", "申請率")]


def test_own_changes_have_a_page(visit, dx_office, auditor, plan, kpi):
    visit(dx_office, reverse("kpi_remove", args=[kpi.pk]), {"version": "1", "reason": "統合"})

    assert ("削除", "成果指標", "申請率") in told(visit(dx_office, "/history/mine/"))
    assert told(visit(dx_office, f"/history/mine/?person={auditor.pk}")) == told(
        visit(dx_office, "/history/mine/")
    )
    assert told(visit(auditor, "/history/mine/")) == []


@pytest.mark.parametrize(
    ("period", "is_found"),
    [
        ("since=today&until=today", True),
        ("until=yesterday", False),
        ("since=tomorrow", False),
        ("since=yesterday&until=tomorrow", True),
    ],
)
def test_period_has_whole_days_in_tokyo(visit, dx_office, kpi, period, is_found):
    event = event_models()[Kpi].objects.get(pgh_obj_id=kpi.pk)
    today = event.pgh_created_at.astimezone(datetime.timezone(datetime.timedelta(hours=9))).date()
    for word, days in (("yesterday", -1), ("tomorrow", 1), ("today", 0)):
        period = period.replace(word, (today + datetime.timedelta(days=days)).isoformat())

    assert bool(told(visit(dx_office, f"/history/?kind=kpis&{period}"))) == is_found


@pytest.mark.parametrize(
    ("words", "found"),
    [
        ("申請", {"成果指標", "目標", "指標の担当課"}),
        ("ｅｌｔａｘ", {"成果指標", "目標", "指標の担当課"}),
        ("申請 eltax", {"成果指標", "目標", "指標の担当課"}),
        ("申請 予算", set()),
        ("%", set()),
        ("_", set()),
        ("\\", set()),
        ("' OR TRUE --", set()),
    ],
)
def test_words_are_looked_for_in_things_and_what_they_are_part_of(
    visit, dx_office, kpi, words, found
):
    Kpi.objects.filter(pk=kpi.pk).update(source="eLTAX")

    response = visit(dx_office, "/history/", None, query_params={"q": words})

    assert {item.subject.label for item in changes(response)} == found


def test_condition_that_cannot_be_read_is_told_and_does_not_filter(visit, dx_office, kpi):
    response = visit(dx_office, "/history/?since=きのう&person=99999&kind=nothing")

    html = response.content.decode()
    assert "日付として読み取れません" in html
    assert html.count("選択肢にない条件です") == 2
    assert ("追加", "成果指標", "申請率") in told(response)


def test_pages_of_a_big_history_take_the_same_queries(visit, dx_office, kpi, count_queries):
    Result.objects.bulk_create(
        Result(kpi=kpi, fiscal_year=year, state="final", value=1) for year in range(2030, 2080)
    )
    for value in range(200):
        Result.objects.update(value=value + 2)

    first = count_queries(11, dx_office, "/history/?kind=results")
    last = count_queries(11, dx_office, "/history/?kind=results&page=201")

    assert first.context["page"].paginator.count == 50 + 200 * 50
    assert [len(changes(page)) for page in (first, last)] == [50, 50]
    assert {len(fields(item)) for item in changes(last)} == {1}


@pytest.mark.parametrize("count", [1, 3])
def test_town_takes_nine_queries(dx_office, plan, count_queries, count):
    for _ in range(count):
        make_result(make_kpi(plan, targets={2025: "1"}), 2025, "1")

    count_queries(9, dx_office, "/history/")


@pytest.mark.parametrize("count", [1, 3])
def test_thing_takes_fifteen_queries(dx_office, kpi, count_queries, count):
    for year in range(2024, 2024 + count):
        make_result(kpi, year, "1")

    count_queries(15, dx_office, history_url(kpi))


@pytest.mark.parametrize("count", [1, 3])
def test_own_changes_take_nine_queries(visit, dx_office, plan, count_queries, count):
    for _ in range(count):
        url = reverse("kpi_remove", args=[make_kpi(plan).pk])
        visit(dx_office, url, {"version": "1", "reason": "統合"})

    count_queries(9, dx_office, "/history/mine/")


# ---- The file


def test_file_has_a_line_for_each_field(visit, dx_office, kpi):
    Kpi.objects.filter(pk=kpi.pk).update(name="新しい申請率", unit="%")

    response = visit(dx_office, reverse("object_history_csv", args=["kpis", kpi.pk]))

    header, *rows = lines(response)
    assert header[:10] == [
        *("日時", "変更した人", "役割", "種類", "対象の種類", "対象", "対象のある場所"),
        *("項目", "変更前", "変更後"),
    ]
    assert [row[3:10] for row in rows if row[3] == "変更"] == [
        ["変更", "成果指標", "新しい申請率", "", "指標名", "申請率", "新しい申請率"],
        ["変更", "成果指標", "新しい申請率", "", "単位", "件", "%"],
    ]
    assert {len(row) for row in rows} == {13}
    assert "filename*=UTF-8''%E5%A4%89" in response["Content-Disposition"]


def test_file_holds_what_is_filtered_on_one_line_each_and_no_formulas(visit, dx_office, plan):
    make_policy(plan, name='=HYPERLINK("x")', summary="一\n二")
    make_policy(plan, name="別")

    rows = lines(visit(dx_office, "/history.csv?kind=policies&q=HYPERLINK"))

    assert [row[7:10] for row in rows[1:] if row[7] in ("名称", "概要")] == [
        ["名称", "", '"\'=HYPERLINK(""x"")"'],
        ["概要", "", "一↵二"],
    ]


def test_file_of_a_big_history_is_read_bit_by_bit(visit, dx_office, kpi, django_assert_num_queries):
    Result.objects.bulk_create(
        Result(kpi=kpi, fiscal_year=year, state="final", value=1) for year in range(2030, 2080)
    )
    for value in range(23):
        Result.objects.update(value=value + 2)

    response = visit(dx_office, "/history.csv?kind=results")
    content = response.streaming_content

    with django_assert_num_queries(0):
        next(content)  # the names of the columns
    with django_assert_num_queries(5):  # the cursor, then 500 events with what they refer to
        next(content)
    with django_assert_num_queries(4 + 4):  # 500 more, then the last 200
        rest = list(content)
    assert len(rest) == 50 * 4 + 23 * 50 - 1


# ---- Who may read what


PLAN_THINGS = {subject.label for subject in SUBJECTS.values()} - {
    *("市区町村", "課室", "利用者", "役割の割当て"),
}


def kinds(response):
    return {label for _, label, _ in told(response)}


def test_administrator_reads_accounts_and_no_plans(visit, administrator, plan, kpi):
    response = visit(administrator, "/history/")

    assert kinds(response) == {"市区町村", "課室", "利用者", "役割の割当て"}
    assert visit(administrator, history_url(kpi)).status_code == 403
    assert visit(administrator, history_url(kpi, "object_history_csv")).status_code == 403
    assert told(visit(administrator, f"/history/?kind=kpis&person={administrator.pk}")) == told(
        visit(administrator, f"/history/?person={administrator.pk}")
    )


def test_administrator_who_sits_on_the_committee_reads_no_plans(visit, administrator, kpi):
    Assignment.objects.create(user=administrator, role="committee", valid_from="2020-04-01")

    assert kinds(visit(administrator, "/history/")).isdisjoint(PLAN_THINGS)
    assert visit(administrator, history_url(kpi)).status_code == 403


def test_administrator_of_no_town_reads_accounts_of_all_towns(visit, plan, outsider, kpi):
    administrator = make_person("sys", role="system_administrator")
    response = visit(administrator, "/history/")

    assert {item.name for item in changes(response) if item.subject.model is User} == {
        "outsider",
        "sys",
    }
    assert kinds(response).isdisjoint(PLAN_THINGS)
    assert [item.place for item in changes(response) if item.name == "outsider"] == [
        ("神石高原町",)
    ]
    assert visit(administrator, history_url(outsider)).status_code == 200
    assert visit(administrator, history_url(kpi)).status_code == 404


@pytest.mark.parametrize("who", ["dx_office", "auditor"])
def test_office_and_auditor_read_the_whole_town(request, visit, plan, kpi, who):
    person = request.getfixturevalue(who)
    draft = make_plan(plan.municipality, code="next", title="下書き", state="draft")

    assert {"計画", "成果指標", "利用者"} <= kinds(visit(person, "/history/"))
    assert visit(person, history_url(draft)).status_code == 200


@pytest.mark.parametrize("who", ["staff", "head"])
def test_departments_read_of_their_own_kpis(request, visit, plan, kpi, who):
    person = request.getfixturevalue(who)
    other = make_department(plan.municipality, name="町民課")
    strange = make_kpi(plan, name="よその指標", departments=[other])
    make_result(kpi, 2025, "1")
    make_result(strange, 2025, "1")

    response = visit(person, "/history/")

    assert set(told(response)) == {
        ("追加", "成果指標", "申請率"),
        ("追加", "指標の担当課", "申請率 企画課"),
        ("追加", "目標", "申請率 令和7年度"),
        ("追加", "実績", "申請率 令和7年度"),
    }
    assert visit(person, history_url(kpi)).status_code == 200
    assert [
        visit(person, history_url(thing)).status_code
        for thing in (strange, plan, strange.policy, person, other)
    ] == [403] * 5


@pytest.mark.parametrize("who", ["staff", "head"])
def test_departments_read_of_their_own_kpis_that_were_removed(request, visit, plan, kpi, who):
    person = request.getfixturevalue(who)
    other = make_department(plan.municipality, name="町民課")
    strange = make_kpi(plan, name="よその指標", departments=[other])
    kpi_id, strange_id = kpi.pk, strange.pk
    Kpi.objects.all().delete()

    assert ("削除", "成果指標", "申請率") in told(visit(person, "/history/"))
    assert visit(person, reverse("object_history", args=["kpis", kpi_id])).status_code == 200
    assert visit(person, reverse("object_history", args=["kpis", strange_id])).status_code == 403


def test_what_staff_did_stays_theirs_to_read(visit, staff, plan, kpi, department):
    other = make_department(plan.municipality, name="町民課")
    as_person(staff, lambda: make_result(kpi, 2025, "1"))
    KpiResponsibility.objects.update(department=other)

    assert told(visit(staff, "/history/mine/")) == [("追加", "実績", "申請率 令和7年度")]
    assert told(visit(staff, "/history/")) == []
    assert visit(staff, history_url(kpi)).status_code == 403


def test_committee_reads_nothing(visit, committee, plan, kpi):
    urls = [
        *("/history/", "/history.csv", "/history/mine/", "/history/mine.csv"),
        *(history_url(kpi, name) for name in ("object_history", "object_history_csv")),
        *(history_url(kpi, "recent_history"), history_url(plan), history_url(committee)),
    ]

    assert [visit(committee, url).status_code for url in urls] == [403] * len(urls)
    assert "変更履歴" not in visit(committee, kpi.get_absolute_url()).content.decode()


def test_nobody_without_login_reads(client, kpi):
    assert client.get(history_url(kpi)).status_code == 302


def test_no_event_of_another_town_appears(visit, dx_office, auditor, outsider, plan, kpi):
    """Whoever made it: the town is the thing's."""
    draft = furnish(make_plan(plan.municipality, code="next", state="draft"))
    ours = [plan, draft, kpi, kpi.policy, dx_office, make_department(plan.municipality, name="課")]
    removed = make_section(draft).pk
    Section.objects.filter(pk=removed).delete()

    names = {item.name for item in changes(visit(outsider, "/history/"))}

    assert names == {"神石高原町", "outsider", "outsider DX推進担当"}
    assert told(visit(outsider, f"/history/?person={dx_office.pk}")) == told(
        visit(outsider, "/history/")
    )
    assert told(visit(outsider, "/history/mine/")) == []
    assert [visit(outsider, history_url(thing)).status_code for thing in ours] == [404] * 6
    gone = reverse("object_history", args=["sections", removed])
    assert (visit(outsider, gone).status_code, visit(dx_office, gone).status_code) == (404, 200)


def test_change_by_someone_of_another_town_stays_with_the_thing(visit, dx_office, outsider, kpi):
    as_person(outsider, lambda: User.objects.filter(pk=dx_office.pk).update(name="新しい氏名"))

    (ours,) = edits(visit(dx_office, history_url(dx_office)))

    assert (ours.who.name, fields(ours)) == ("outsider", [("氏名", "office", "新しい氏名")])
    assert told(visit(outsider, "/history/mine/")) == []


@pytest.mark.parametrize("who", ["staff", "head", "committee"])
def test_drafts_are_told_only_to_those_who_see_them(request, visit, plan, department, who):
    person = request.getfixturevalue(who)
    draft = make_plan(plan.municipality, code="next", title="下書き", state="draft")
    kpi = make_kpi(draft, departments=[department])
    thing_ids = [("plans", draft.pk), ("kpis", kpi.pk)]

    urls = [reverse("object_history", args=pair) for pair in thing_ids]
    assert [visit(person, url).status_code for url in urls] == [404, 404]
    if who != "committee":
        assert told(visit(person, "/history/")) == []
    delete_draft(plan=draft)
    assert [visit(person, url).status_code for url in urls] == [404, 404]


def test_parts_and_unknown_kinds_have_no_page(visit, dx_office, kpi):
    result = make_result(kpi, 2025, "1")

    urls = [f"/history/{slug}/{result.pk}/" for slug in ("results", "nothing", "kpi")]
    assert [visit(dx_office, url).status_code for url in urls] == [404] * 3
    for row_id in (999_999, 10**30):
        assert visit(dx_office, f"/history/kpis/{row_id}/").status_code == 404


def test_national_plans_are_read_as_such_without_strangers_names(visit, dx_office, staff, outsider):
    national = Framework.objects.create(code="national", name="自治体DX推進計画")
    mine = Framework.objects.filter(pk=national.pk)
    as_person(outsider, lambda: mine.update(edition="2.0"), "内緒")

    ours, theirs = (visit(person, history_url(national)) for person in (dx_office, outsider))

    assert [(item.who.name, item.reason) for item in changes(ours)] == [
        ("ほかの市区町村の人", ""),
        (BY_SYSTEM, ""),
    ]
    assert [(item.who.name, item.reason) for item in changes(theirs)] == [
        ("outsider", "内緒"),
        (BY_SYSTEM, ""),
    ]
    assert "上位・関連計画" not in kinds(visit(dx_office, "/history/"))
    assert visit(staff, history_url(national)).status_code == 404


# ---- Ways in


def test_menu_and_pages_lead_to_the_history(visit, dx_office, plan):
    kpi = furnish(plan).kpis.first()
    section, policy = plan.sections.first(), kpi.policy
    checklist = plan.checklists.first()
    link = PolicyLink.objects.first()
    pages = {
        reverse("home"): reverse("history"),
        plan.get_absolute_url(): history_url(plan),
        kpi.get_absolute_url(): history_url(kpi, "recent_history"),
        reverse("policy_edit", args=[plan.pk, policy.pk]): history_url(policy),
        reverse("checklist_detail", args=[plan.pk, checklist.pk]): history_url(checklist),
        reverse("part_edit", args=[plan.pk, "sections", section.pk]): history_url(section),
        reverse("scale_detail", args=[plan.pk]): f"{history_url(plan)}?kind=grade-scales",
        reverse("framework_item", args=[plan.pk, 0]): "",
        "/history/": reverse("my_history"),
    }
    item = link.policy.framework_links.first().item
    del pages[reverse("framework_item", args=[plan.pk, 0])]
    pages[reverse("framework_item", args=[plan.pk, item.pk])] = history_url(item)

    missing = [
        page
        for page, url in pages.items()
        if f'"{url}"' not in visit(dx_office, page).content.decode()
    ]
    assert missing == []


def test_kpi_page_shows_its_latest_changes(visit, staff, committee, kpi):
    make_result(kpi, 2025, "5")
    for value in range(6):
        Result.objects.update(value=value)
    url = history_url(kpi, "recent_history")

    page = visit(staff, kpi.get_absolute_url()).content.decode()
    piece = visit(staff, url)

    assert f'hx-get="{url}"' in page
    assert len(changes(piece)) == 5
    assert f'<a href="{history_url(kpi)}">すべての変更履歴</a>' in piece.content.decode()
    assert url not in visit(committee, kpi.get_absolute_url()).content.decode()


def test_thing_leads_to_its_page_of_today(visit, dx_office, kpi):
    assert visit(dx_office, history_url(kpi)).context["url_today"] == kpi.get_absolute_url()


def test_plan_year_belongs_to_its_plan(visit, dx_office, plan):
    make_plan_year(plan, 2023)

    latest = changes(visit(dx_office, f"{history_url(plan)}?kind=plan-years"))[0]

    assert latest.holder == ("plans", plan.pk)
