"""How pauses grow and how failures are forgotten."""

from datetime import timedelta

import pytest

from dxplan.accounts.pauses import AT_ADDRESS, ELSEWHERE

HOUR = timedelta(hours=1)


def seconds(rule, failures):
    return rule.pause_after(failures).total_seconds()


def test_pauses_at_an_address_start_at_the_fifth_failure_and_double():
    found = [seconds(AT_ADDRESS, failures) for failures in range(1, 13)]

    assert found == [0, 0, 0, 0, 30, 60, 120, 240, 480, 900, 900, 900]


def test_pause_stays_the_longest_however_many_fail():
    assert seconds(AT_ADDRESS, 10**9) == 900


def test_accounts_are_paused_elsewhere_only_after_many_failures():
    assert [seconds(ELSEWHERE, failures) for failures in (99, 100, 101, 200)] == [0, 30, 60, 900]


@pytest.mark.parametrize(
    ("failures", "quiet", "left"),
    [
        (5, timedelta(0), 5),
        (5, HOUR - timedelta(seconds=1), 5),
        (5, HOUR, 4),
        (5, 5 * HOUR, 0),
        (5, 500 * HOUR, 0),
        (5, -HOUR, 5),
    ],
)
def test_one_failure_is_forgotten_in_an_hour(failures, quiet, left):
    assert AT_ADDRESS.remembered(failures, quiet) == left


def test_all_are_forgotten_when_the_rule_says_so():
    assert AT_ADDRESS.remembered(7, AT_ADDRESS.forgotten_after(7)) == 0
    assert ELSEWHERE.remembered(7, ELSEWHERE.forgotten_after(7)) == 0


def test_guesser_of_patience_gets_few_tries_in_a_day():
    """Tries as soon as each pause ends, for a day, as fast as the rule for one address lets."""
    failures, spent, tries = 0, timedelta(0), 0
    while spent < timedelta(days=1):
        failures, tries = failures + 1, tries + 1
        spent += AT_ADDRESS.pause_after(failures) or timedelta(seconds=1)

    assert tries == 104
