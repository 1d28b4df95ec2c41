import pytest
from django.urls import reverse

from actionplans.models import Budget
from actionplans.money import Amounts, mark_of, own_money
from tests.conflicts import shown_conflict, three_sides
from tests.factories import make_action, make_policy


def typed(action, **cells):
    """What a browser sends: `y2025_budgeted="100"` is the cell of that year."""
    fields = {
        f"{name[1:5]}-{name[6:]}": text for name, text in cells.items()
    }  # fmt: skip
    return {"seen": mark_of(own_money(action))} | fields


def url_of(action):
    return reverse("money_edit", args=[action.pk])


def page_of(plan, year):
    return f"{reverse('money', args=[plan.pk])}?fiscal_year={year}"


@pytest.mark.parametrize("count", [1, 3])
def test_money_takes_seven_queries(staff, plan, count_queries, count):
    for _ in range(count):
        action = make_action(plan, policy=make_policy(plan))
        Budget.objects.create(action_plan=action, fiscal_year=2025, budgeted=100)

    response = count_queries(7, staff, page_of(plan, 2025))

    assert response.context["money"].total.budgeted == 100 * count


def test_money_is_kept_by_year(visit, staff, action):
    cells = {
        "y2025_budgeted": "1,200",
        "y2025_national": "600千円",
        "y2025_general": "６００",
        "y2024_settled": "0",
        "y2030_running_cost": "120",
    }

    response = visit(staff, url_of(action), typed(action, **cells))

    assert response.status_code == 302
    assert own_money(action) == {
        2024: Amounts(settled=0),
        2025: Amounts(budgeted=1200, national=600, general=600),
        2030: Amounts(running_cost=120),
    }


@pytest.mark.parametrize(
    ("cells", "message"),
    [
        ({"y2025_budgeted": "-1"}, "金額は0以上です。"),
        ({"y2025_budgeted": "5百万円"}, "千円単位の数だけで入力してください。"),
        (
            {"y2025_budgeted": "100", "y2025_national": "60", "y2025_general": "30"},
            "財源の合計（90千円）が予算額（100千円）と合いません。",
        ),
    ],
)
def test_money_that_cannot_be_is_refused_and_stays_typed(visit, staff, action, cells, message):
    sent = typed(action, y2024_budgeted="50", **cells)

    response = visit(staff, url_of(action), sent)

    page = response.content.decode()
    assert response.status_code == 422
    assert message in page
    assert 'value="50"' in page
    assert not Budget.objects.exists()


def test_year_that_is_emptied_goes(visit, staff, action):
    visit(staff, url_of(action), typed(action, y2025_budgeted="100"))

    visit(staff, url_of(action), typed(action, y2025_budgeted=""))

    assert not Budget.objects.exists()


def test_stale_money_shows_both(visit, staff, dx_office, action):
    mine = typed(action, y2025_budgeted="100")
    visit(dx_office, url_of(action), typed(action, y2025_budgeted="200"))

    response = visit(staff, url_of(action), mine)

    assert response.status_code == 409
    assert shown_conflict(response) == [
        ("令和7年度の予算額", three_sides("100千円", "200千円", "（なし）")),
    ]
    assert own_money(action) == {2025: Amounts(budgeted=200)}


@pytest.mark.parametrize("mark", ["", "x", "[]", '{"2025": 1}', '{"2025": {"budgeted": "x"}}'])
def test_mark_that_is_none_tells_no_base(visit, staff, dx_office, action, mark):
    visit(dx_office, url_of(action), typed(action, y2025_budgeted="200"))

    response = visit(staff, url_of(action), typed(action, y2025_budgeted="100") | {"seen": mark})

    [(_, sides)] = shown_conflict(response)
    assert list(sides.values()) == ["100千円", "200千円"]


def test_totals_stand_by_policy_and_leave_out_what_is_not_known(visit, staff, plan):
    top = make_policy(plan, name="方針", number="1")
    known = make_action(plan, policy=top, title="甲")
    make_action(plan, policy=top, title="乙")
    whole = make_action(plan, title="全体の取組")
    Budget.objects.create(action_plan=known, fiscal_year=2025, budgeted=100, general=0)
    Budget.objects.create(action_plan=whole, fiscal_year=2025, budgeted=50)
    Budget.objects.create(action_plan=whole, fiscal_year=2024, settled=7)

    money = visit(staff, page_of(plan, 2025)).context["money"]

    assert [(line.label, line.amounts.budgeted) for line in money.lines] == [
        ("計画全体", 50),
        ("全体の取組", 50),
        ("甲", 100),
        ("乙", None),
    ]
    assert (money.total.budgeted, money.total.general, money.total.settled) == (150, 0, None)
    assert [(int(year), item.settled) for year, item in money.years] == [(2024, 7), (2025, None)]


@pytest.mark.parametrize("year", ["2023", "2032", "x", "9" * 50])
def test_money_of_a_year_the_plan_has_not_is_unknown(visit, staff, plan, year):
    assert visit(staff, page_of(plan, year)).status_code == 404


def test_ended_plan_takes_no_money(visit, staff, action, ended):
    ended()

    assert visit(staff, url_of(action), typed(action, y2025_budgeted="1")).status_code == 409
    assert not Budget.objects.exists()
