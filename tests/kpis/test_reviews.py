"""Results on their way from the department to the DX office, and who may take which step."""

import datetime

import pytest
from django.db import IntegrityError, transaction
from django.urls import reverse

from dxplan.accounts.permissions import access_of
from kpis.models import Judgement, Result
from kpis.progress import kpi_progress
from kpis.reviews import Pick, take_review_step
from kpis.sight import SETTLED_ONLY, sight_of
from plans.models import PlanYear
from plans.review import ReviewState, ReviewStep, after
from tests.factories import make_department, make_kpi, make_person, make_result, put_years

DRAFT, RETURNED, SUBMITTED, APPROVED, CHECKED = ReviewState
SUBMIT, WITHDRAW, APPROVE, CHECK, SEND_BACK, REOPEN = ReviewStep
TODAY = datetime.date(2026, 4, 1)


@pytest.fixture
def head(town, department):
    return make_person("head", town, role="head", department=department)


@pytest.fixture
def year(plan):
    return PlanYear.objects.get(plan=plan, fiscal_year=2025)


@pytest.fixture
def kpi(plan, department):
    return make_kpi(plan, departments=[department], targets={2025: "10"})


def make_reviewed(kpi, state, submitter, head):
    """A result that went through the review up to `state`."""
    result = make_result(kpi, 2025, "12", entered_by=submitter)
    steps = {
        DRAFT: [],
        SUBMITTED: [{"submitted_by": submitter, "submitted_by_name": submitter.name}],
        RETURNED: [{"submitted_by": submitter}, {"review_comment": "確認してください"}],
        APPROVED: [{"submitted_by": submitter}, {"approved_by": head}],
        CHECKED: [{"submitted_by": submitter}, {"approved_by": head}, {"checked_by": head}],
    }
    way = {
        SUBMITTED: [SUBMITTED],
        RETURNED: [SUBMITTED, RETURNED],
        APPROVED: [SUBMITTED, APPROVED],
        CHECKED: [SUBMITTED, APPROVED, CHECKED],
    }
    for place, fields in zip(way.get(state, []), steps[state], strict=True):
        Result.objects.filter(pk=result.pk).update(review_state=place.value, **fields)
    return Result.objects.get(pk=result.pk)


def take(step, person, year, *results, comment=""):
    return take_review_step(
        plan_year=year,
        step=step,
        picks=[Pick(result.kpi_id, result.version, comment) for result in results],
        user=person,
        access=access_of(person, TODAY),
    )


@pytest.mark.parametrize("step", ReviewStep)
@pytest.mark.parametrize("state", ReviewState)
def test_every_step_from_every_state(state, step, staff, head, dx_office, year, kpi):
    result = make_reviewed(kpi, state, staff, head)
    person = {SUBMIT: staff, WITHDRAW: staff, APPROVE: head, SEND_BACK: head}.get(step, dx_office)

    outcome = take(step, person, year, result, comment="理由です")

    expected = after(state, step)
    stored = Result.objects.get(pk=result.pk)
    assert stored.review == (expected or state)
    assert outcome.is_complete == (expected is not None)
    assert stored.version == result.version + (1 if expected else 0)


@pytest.mark.parametrize("following", ReviewState)
@pytest.mark.parametrize("state", ReviewState)
def test_database_lets_no_update_go_round_the_table(state, following, staff, head, kpi):
    result = make_reviewed(kpi, state, staff, head)
    reached = {after(state, step) for step in ReviewStep} | {state}

    def force():
        with transaction.atomic():
            Result.objects.filter(pk=result.pk).update(
                review_state=following.value,
                submitted_by=staff,
                approved_by=head,
                checked_by=head,
            )

    if following in reached:
        force()
    else:
        with pytest.raises(IntegrityError, match="no such step in a review"):
            force()


@pytest.mark.parametrize("state", [SUBMITTED, APPROVED, CHECKED])
def test_content_of_what_was_handed_in_stays(state, staff, head, kpi):
    result = make_reviewed(kpi, state, staff, head)

    with pytest.raises(IntegrityError, match="stays as it is"):
        Result.objects.filter(pk=result.pk).update(value=99)


def test_content_cannot_change_along_with_a_step(staff, kpi):
    result = make_result(kpi, 2025, "12")

    with pytest.raises(IntegrityError, match="stays as it is"):
        Result.objects.filter(pk=result.pk).update(
            review_state="submitted", submitted_by=staff, value=99
        )


@pytest.mark.parametrize("state", ["submitted", "approved", "returned"])
def test_review_begins_with_a_draft(state, staff, kpi):
    with pytest.raises(IntegrityError, match="begins with a draft"):
        make_result(kpi, 2025, "1", review_state=state, submitted_by=staff)


def test_nobody_approves_the_own_submission(town, department, year, kpi):
    both = make_person("both", town, role="head", department=department)
    result = make_result(kpi, 2025, "12")
    take(SUBMIT, both, year, result)
    result.refresh_from_db()

    outcome = take(APPROVE, both, year, result)

    assert outcome.refused == {kpi.pk: "自分が提出したものは承認できません。"}
    with pytest.raises(IntegrityError, match="result_not_approved_by_its_submitter"):
        Result.objects.filter(pk=result.pk).update(review_state="approved", approved_by=both)


@pytest.mark.parametrize(("is_delegated", "state"), [(False, SUBMITTED), (True, APPROVED)])
def test_office_approves_only_where_the_year_says_so(
    is_delegated, state, staff, head, dx_office, year, kpi
):
    PlanYear.objects.update(office_approves=is_delegated)
    year.refresh_from_db()
    result = make_reviewed(kpi, SUBMITTED, staff, head)

    take(APPROVE, dx_office, year, result)

    assert Result.objects.get(pk=result.pk).review == state


def test_late_result_needs_cause_and_next_step_before_it_is_handed_in(staff, year, kpi):
    result = make_result(kpi, 2025, "3")
    before = take(SUBMIT, staff, year, result)
    Judgement.objects.create(
        kpi=kpi, fiscal_year=2025, layer="self", cause="人手不足", next_step="委託する"
    )

    after_saying = take(SUBMIT, staff, year, result)

    assert before.refused == {kpi.pk: "未達成のため、原因と今後の取組の入力が必要です。"}
    assert after_saying.done == (kpi.pk,)


def test_own_judgement_stays_while_its_result_is_handed_in(staff, head, kpi):
    judgement = Judgement.objects.create(kpi=kpi, fiscal_year=2025, layer="self", comment="前")
    make_reviewed(kpi, SUBMITTED, staff, head)

    with pytest.raises(IntegrityError, match="stays as it is"):
        Judgement.objects.filter(pk=judgement.pk).update(comment="後")


def test_step_sent_twice_acts_once(staff, year, kpi):
    result = make_result(kpi, 2025, "12")

    first, second = take(SUBMIT, staff, year, result), take(SUBMIT, staff, year, result)

    assert first == second
    assert Result.objects.get(pk=result.pk).version == result.version + 1


def test_result_changed_meanwhile_is_stale(staff, head, year, kpi):
    seen = make_reviewed(kpi, SUBMITTED, staff, head)
    take(WITHDRAW, staff, year, seen)

    outcome = take(APPROVE, head, year, seen)

    assert (outcome.done, set(outcome.stale)) == ((), {kpi.pk})


def test_names_of_the_steps_stay_and_are_wiped_out_when_sent_back(staff, head, year, kpi):
    result = make_result(kpi, 2025, "12")
    take(SUBMIT, staff, year, result)
    result.refresh_from_db()
    take(APPROVE, head, year, result)
    result.refresh_from_db()
    approved = (result.submitted_by_name, result.approved_by_name)
    take(SEND_BACK, head, year, result, comment="単位が違います")
    result.refresh_from_db()

    assert approved == ("staff", "head")
    assert (result.submitted_by_name, result.approved_by_name) == ("", "")
    assert (result.review_comment, result.review_comment_by_name) == ("単位が違います", "head")


@pytest.mark.parametrize("count", [1, 3])
def test_step_takes_fifteen_queries(
    staff, year, plan, department, django_assert_num_queries, count
):
    kpis = [make_kpi(plan, departments=[department]) for _ in range(count)]
    results = [make_result(item, 2025, "12") for item in kpis]

    with django_assert_num_queries(15):
        take(SUBMIT, staff, year, *results)


def test_drafts_are_seen_by_those_who_may(plan, department, staff, committee, auditor, town, kpi):
    make_result(kpi, 2025, "987654")
    elsewhere = make_department(town, name="町民課")
    stranger = make_person("stranger", town, role="staff", department=elsewhere)

    def shown(person):
        [row] = kpi_progress(plan, sight_of(access_of(person, TODAY)))
        return row.at(2025).result.text

    assert shown(staff) == shown(auditor) == "987,654 件"
    assert shown(committee) == shown(stranger) == "未入力"


@pytest.mark.parametrize(
    "name", ["dashboard", "kpi_list", "judgement_list", "plan_detail", "data_csv"]
)
def test_no_page_shows_the_committee_a_draft(visit, committee, auditor, plan, kpi, name):
    make_result(kpi, 2025, "987654")
    url = f"{reverse(name, args=[plan.pk])}?fiscal_year=2025"

    hidden, seen = (visit(person, url).content.decode() for person in (committee, auditor))

    assert "987654" not in hidden.replace(",", "")
    assert ("987654" in seen.replace(",", "")) == (name != "plan_detail")


def test_settled_results_are_seen_by_all(plan, staff, head, kpi):
    make_reviewed(kpi, APPROVED, staff, head)

    [row] = kpi_progress(plan, SETTLED_ONLY)

    assert row.at(2025).result.text == "12 件"


def review_url(plan, query="fiscal_year=2025"):
    return f"{reverse('result_review', args=[plan.pk])}?{query}"


def picks(step, *results, **more):
    return {"step": step.value, **{f"pick-{item.kpi_id}": item.version for item in results}, **more}


@pytest.mark.parametrize("count", [1, 3])
def test_list_takes_twelve_queries(head, plan, department, count_queries, count):
    for _ in range(count):
        make_result(make_kpi(plan, departments=[department]), 2025, "1")

    response = count_queries(12, head, review_url(plan))

    assert len(response.context["list"].every) == count


def test_head_sends_back_with_a_comment_on_the_very_line(visit, staff, head, plan, kpi):
    result = make_reviewed(kpi, SUBMITTED, staff, head)
    bare = visit(head, review_url(plan), picks(SEND_BACK, result))
    data = picks(SEND_BACK, result, **{f"comment-{kpi.pk}": "分母を見直してください"})

    sent = visit(head, review_url(plan), data)

    assert bare.status_code == 422
    assert bare.context["list"].every[0].error == "差戻しの理由を入力してください。"
    assert sent.status_code == 302
    grid = visit(staff, f"{reverse('result_grid', args=[plan.pk])}?fiscal_year=2025")
    assert "分母を見直してください" in grid.content.decode()
    assert Result.objects.get(pk=result.pk).review == RETURNED


def test_comment_is_kept_without_what_no_database_keeps(visit, staff, head, plan, kpi):
    result = make_reviewed(kpi, SUBMITTED, staff, head)

    visit(head, review_url(plan), picks(SEND_BACK, result, **{f"comment-{kpi.pk}": "分母\0を"}))

    assert Result.objects.get(pk=result.pk).review_comment == "分母�を"


def test_whole_list_is_handed_in_at_once(visit, staff, plan, department):
    results = [make_result(make_kpi(plan, departments=[department]), 2025, "1") for _ in range(3)]
    chosen = visit(staff, review_url(plan, "fiscal_year=2025&select=all")).context["list"]

    visit(staff, review_url(plan), picks(SUBMIT, *results))

    assert [line.is_picked for line in chosen.shown] == [True] * 3
    assert set(Result.objects.values_list("review_state", flat=True)) == {"submitted"}


def test_nothing_picked_is_said(visit, staff, plan, kpi):
    make_result(kpi, 2025, "1")

    response = visit(staff, review_url(plan), {"step": "submit"})

    assert response.status_code == 422
    assert response.context["alert"].startswith("指標が選ばれていません。")


def test_stale_pick_is_a_conflict_that_keeps_the_comment(visit, staff, head, plan, year, kpi):
    seen = make_reviewed(kpi, SUBMITTED, staff, head)
    take(WITHDRAW, staff, year, seen)
    data = picks(SEND_BACK, seen, **{f"comment-{kpi.pk}": "長い理由"})

    response = visit(head, review_url(plan), data)

    [line] = response.context["list"].every
    assert response.status_code == 409
    assert (line.comment, line.state) == ("長い理由", "draft")


@pytest.mark.parametrize("step", [APPROVE, CHECK, SEND_BACK, REOPEN])
def test_staff_may_not_take_steps_of_others(visit, staff, head, plan, kpi, step):
    result = make_reviewed(kpi, SUBMITTED, staff, head)

    assert visit(staff, review_url(plan), picks(step, result)).status_code == 403
    assert Result.objects.get(pk=result.pk).review == SUBMITTED


def test_office_hands_in_for_a_department_with_a_reason_only(visit, dx_office, plan, kpi):
    result = make_result(kpi, 2025, "12")

    refused = [
        visit(dx_office, review_url(plan), picks(SUBMIT, result, on_behalf=reason)).status_code
        for reason in ("", "―", "あ" * 1001)
    ]
    visit(dx_office, review_url(plan), picks(SUBMIT, result, on_behalf="課からの依頼"))

    result.refresh_from_db()
    assert refused == [422, 422, 422]
    assert (result.review, result.on_behalf_reason) == (SUBMITTED, "課からの依頼")


@pytest.mark.parametrize("step", ["", "save", "approved"])
def test_unknown_step_is_not_found(visit, staff, plan, kpi, step):
    assert visit(staff, review_url(plan), {"step": step}).status_code == 404


def test_closed_year_takes_no_step(visit, staff, plan, kpi):
    result = make_result(kpi, 2025, "12")
    put_years(PlanYear.objects.filter(fiscal_year=2025), "closed")

    response = visit(staff, review_url(plan), picks(SUBMIT, result))

    assert response.status_code == 409
    assert Result.objects.get(pk=result.pk).review == DRAFT


def grid_fields(kpi, value, version=0):
    key = getattr(kpi, "pk", None) or kpi.id
    fields = {"state": "final", "note": "", "value": value, "version": version, "before": ""}
    return {f"{name}-{key}": text for name, text in fields.items()}


def test_grid_saves_and_hands_in_at_once(visit, staff, plan, kpi):
    late = make_kpi(plan, departments=kpi_departments(kpi), targets={2025: "10"})
    data = grid_fields(kpi, "12") | grid_fields(late, "3") | {"submit_list": "1"}

    response = visit(staff, f"{reverse('result_grid', args=[plan.pk])}?fiscal_year=2025", data)

    states = dict(Result.objects.values_list("kpi", "review_state"))
    assert response.status_code == 422
    assert [row.id for row, _ in response.context["left"]] == [late.pk]
    assert states == {kpi.pk: "submitted", late.pk: "draft"}


def kpi_departments(kpi):
    return [item.department for item in kpi.responsibilities.select_related("department")]


def test_grid_of_what_was_handed_in_takes_nothing(visit, staff, head, plan, kpi):
    result = make_reviewed(kpi, SUBMITTED, staff, head)
    url = f"{reverse('result_grid', args=[plan.pk])}?fiscal_year=2025"

    response = visit(staff, url, grid_fields(kpi, "99", result.version))

    [line] = response.context["lines"]
    assert response.status_code == 409
    assert line.theirs.is_locked
    assert Result.objects.get(pk=result.pk).value == 12


def test_office_changes_a_departments_result_with_a_reason_only(visit, dx_office, plan, kpi):
    url = f"{reverse('result_grid', args=[plan.pk])}?fiscal_year=2025"

    bare = visit(dx_office, url, grid_fields(kpi, "12"))
    told = visit(dx_office, url, grid_fields(kpi, "12") | {"on_behalf": "電話で依頼"})

    assert (bare.status_code, told.status_code) == (422, 302)
    assert bare.context["lines"][0].cells.value == "12"
    assert Result.objects.get().on_behalf_reason == "電話で依頼"


def test_list_of_thirty_is_opened_filled_and_handed_in_by_three_page_loads(
    visit, staff, plan, department
):
    kpis = [make_kpi(plan, departments=[department], targets={2025: "1"}) for _ in range(30)]
    url = f"{reverse('result_grid', args=[plan.pk])}?fiscal_year=2025"

    opened = visit(staff, url)
    filled = {"submit_list": "1"}
    for line in opened.context["lines"]:
        filled |= grid_fields(line.row, "2") | {f"before-{line.row.id}": line.before}
    sent = visit(staff, url, filled)
    shown = visit(staff, sent.url)

    assert sent.status_code == 302
    assert [line.review_label for line in shown.context["lines"]] == ["提出済み"] * len(kpis)
