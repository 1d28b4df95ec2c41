import datetime
from decimal import Decimal

import pytest
from django.db import models

from dxplan.accounts.models import Assignment, Department
from dxplan.accounts.trail.words import around_the_change, show_moment, shown_value
from kpis.models import Kpi, Result
from plans.models import Plan


def field(model, name):
    return model._meta.get_field(name)


def name_of(model, row_id):
    return f"{model.__name__} {row_id}"


@pytest.mark.parametrize(
    ("model", "name", "value", "text"),
    [
        (Result, "value", Decimal("5.500000"), "5.5"),
        (Result, "value", Decimal("100.000000"), "100"),
        (Result, "value", Decimal("0.000000"), "0"),
        (Result, "value", Decimal("-0.250000"), "-0.25"),
        (Result, "value", Decimal("12345678901234.123456"), "12345678901234.123456"),
        (Result, "value", None, ""),
        (Result, "note", "", ""),
        (Result, "note", "一\n二", "一\n二"),
        (Result, "is_sample", False, "いいえ"),
        (Result, "is_sample", True, "はい"),
        (Result, "fiscal_year", 2019, "令和元年度"),
        (Result, "taken_fiscal_year", 2026, "令和8年度"),
        (Result, "taken_on", datetime.date(2026, 3, 31), "令和8年3月31日"),
        (Result, "state", "preliminary", "速報"),
        (Result, "state", "no longer a choice", "no longer a choice"),
        (Kpi, "decimals", 0, "0"),
        (Plan, "adopted_month", datetime.date(2024, 3, 1), "令和6年3月"),
        (Assignment, "role", "dx_office", "DX推進担当"),
        (Assignment, "department", 7, "Department 7"),
        (Department, "valid_to", None, ""),
    ],
)
def test_value_is_shown_in_words(model, name, value, text):
    assert shown_value(field(model, name), value, name_of) == text


def test_moment_is_shown_in_tokyo():
    moment = datetime.datetime(2026, 3, 31, 15, 5, tzinfo=datetime.UTC)

    assert show_moment(moment) == "令和8年4月1日 0:05"
    assert shown_value(models.DateTimeField(name="at"), moment, name_of) == "令和8年4月1日 0:05"


ALIKE = "あ" * 100


@pytest.mark.parametrize(
    ("old", "new", "shown"),
    [
        ("一", "二", ("一", "二")),
        ("", ALIKE, ("", ALIKE)),
        (
            f"{ALIKE}一{ALIKE}",
            f"{ALIKE}二三{ALIKE}",
            (f"…{'あ' * 20}一{'あ' * 20}…", f"…{'あ' * 20}二三{'あ' * 20}…"),
        ),
        (f"一{ALIKE}", f"二{ALIKE}", (f"一{'あ' * 20}…", f"二{'あ' * 20}…")),
        (ALIKE, f"{ALIKE}一", (f"…{'あ' * 20}", f"…{'あ' * 20}一")),
        (ALIKE, ALIKE[:50], (f"…{'あ' * 70}", f"…{'あ' * 20}")),
    ],
)
def test_long_texts_are_cut_down_to_where_they_differ(old, new, shown):
    assert around_the_change(old, new) == shown
