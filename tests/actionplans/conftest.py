import datetime

import pytest
import time_machine

from tests.factories import as_before_the_closing, make_action, make_stage

TODAY = datetime.datetime(2025, 10, 15, 12, tzinfo=datetime.UTC)  # 令和7年度下期


@pytest.fixture(autouse=True)
def _on_a_day(django_db_setup):
    with time_machine.travel(TODAY, tick=False):
        yield


@pytest.fixture
def action(plan, department):
    """A sheet of the staff's department in a plan in force, 2024–2026."""
    return make_action(plan, title="オンライン化", department=department)


@pytest.fixture
def stage(action):
    """Planned for 2024."""
    return make_stage(action, "検討", 2024, 2024)


@pytest.fixture
def draft(plan):
    with as_before_the_closing():
        plan.state = "draft"
        plan.save()
    return plan


@pytest.fixture
def ended(plan):
    def end():
        plan.state = "ended"
        plan.save()

    return end
