"""Guessing passwords: few tries are looked at, and nobody else has to wait."""

import datetime

import pytest
from django.contrib.auth import authenticate
from django.contrib.auth.hashers import MD5PasswordHasher
from django.test import Client, RequestFactory

from dxplan.accounts import login_tries
from dxplan.accounts.adapter import AccountAdapter
from dxplan.accounts.addresses import address_of
from dxplan.accounts.backends import UNKNOWN_SUBJECTS
from dxplan.accounts.models import LoginTally
from tests.factories import make_person, make_town
from tests.races import together

NOW = datetime.datetime(2026, 11, 20, 9, 0, tzinfo=datetime.UTC)
PASSWORD = "correct horse battery"
WRONG = "wrong horse battery"
LOGIN = "/accounts/login/"
OFFICE, ELSEWHERE = "192.0.2.1", "198.51.100.7"


@pytest.fixture(autouse=True)
def quick_passwords(settings):
    settings.PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]


@pytest.fixture(autouse=True)
def clock(time_machine):
    time_machine.move_to(NOW, tick=False)
    return time_machine


def with_password(username, town):
    person = make_person(username, town, role="auditor")
    person.set_password(PASSWORD)
    person.save()
    return person


@pytest.fixture
def person(town):
    return with_password("kikaku-01", town)


def try_to_log_in(username, password=PASSWORD, address=OFFICE):
    return authenticate(
        RequestFactory().post(LOGIN, REMOTE_ADDR=address), username=username, password=password
    )


def fail(username, times, address=OFFICE):
    for _ in range(times):
        assert try_to_log_in(username, WRONG, address) is None


def post(username, password, address=OFFICE):
    return Client(REMOTE_ADDR=address).post(LOGIN, {"username": username, "password": password})


def minutes_later(clock, minutes):
    clock.move_to(NOW + datetime.timedelta(minutes=minutes), tick=False)


def test_four_typos_bring_no_pause(person):
    fail("kikaku-01", 4)

    assert try_to_log_in("kikaku-01") == person


def test_right_password_is_refused_after_five_wrong_ones_until_the_pause_ends(person, clock):
    fail("kikaku-01", 5)

    assert try_to_log_in("kikaku-01") is None
    minutes_later(clock, 0.49)
    assert try_to_log_in("kikaku-01") is None
    minutes_later(clock, 0.51)
    assert try_to_log_in("kikaku-01") == person


def test_trying_during_a_pause_does_not_prolong_it(person, clock):
    fail("kikaku-01", 50)
    minutes_later(clock, 0.51)

    assert try_to_log_in("kikaku-01") == person


def test_wrong_password_after_a_pause_brings_a_longer_one(person, clock):
    fail("kikaku-01", 5)
    minutes_later(clock, 1)
    fail("kikaku-01", 1)
    minutes_later(clock, 1.9)

    assert try_to_log_in("kikaku-01") is None
    minutes_later(clock, 2.1)
    assert try_to_log_in("kikaku-01") == person


def test_success_gives_back_all_tries(person):
    for _ in range(3):
        fail("kikaku-01", 4)
        assert try_to_log_in("kikaku-01") == person


def test_wrong_passwords_are_forgotten_one_an_hour(person, clock):
    fail("kikaku-01", 4)
    minutes_later(clock, 121)
    fail("kikaku-01", 2)

    assert try_to_log_in("kikaku-01") == person


def test_colleague_behind_the_same_address_is_not_paused(person, town):
    colleague = with_password("kikaku-02", town)
    fail("kikaku-01", 20)

    assert try_to_log_in("kikaku-02") == colleague


def test_typos_at_one_address_do_not_pause_the_person_at_another(person):
    fail("kikaku-01", 20)

    assert try_to_log_in("kikaku-01", address=ELSEWHERE) == person


def fail_from_many_addresses(username, times):
    for number in range(times):
        fail(username, 1, address=f"198.51.100.{number}")


def test_account_is_paused_after_a_hundred_wrong_passwords_from_everywhere(person):
    fail_from_many_addresses("kikaku-01", 100)

    assert try_to_log_in("kikaku-01", address=OFFICE) is None


def test_guessing_elsewhere_does_not_pause_the_person_where_they_usually_are(person, clock):
    assert try_to_log_in("kikaku-01", address=OFFICE) == person
    fail_from_many_addresses("kikaku-01", 150)

    assert try_to_log_in("kikaku-01", address="203.0.113.9") is None
    assert try_to_log_in("kikaku-01", address=OFFICE) == person


def test_usual_address_is_forgotten_after_thirty_days(person, clock):
    assert try_to_log_in("kikaku-01", address=OFFICE) == person
    minutes_later(clock, 30 * 24 * 60 + 1)
    fail_from_many_addresses("kikaku-01", 100)

    assert try_to_log_in("kikaku-01", address=OFFICE) is None


def test_of_ten_thousand_tries_five_are_looked_at(person):
    admitted = [login_tries.admit(f"user-{person.pk}", OFFICE) for _ in range(10_000)]

    assert admitted == [True] * 5 + [False] * 9_995
    assert try_to_log_in("kikaku-01") is None


def test_requests_of_a_guesser_never_hit_and_harm_no_colleague(person, town):
    with_password("kikaku-02", town)
    guesses = [f"{WRONG} {number}" for number in range(40)]
    guesses[20] = PASSWORD

    assert {post("kikaku-01", guess).status_code for guess in guesses} == {200}
    assert post("kikaku-02", PASSWORD).status_code == 302


def test_paused_wrong_and_unknown_read_the_same(person, town):
    with_password("kikaku-02", town)
    fail("kikaku-01", 5)
    tries = (("kikaku-01", PASSWORD), ("kikaku-02", WRONG), ("nobody-01", PASSWORD))

    answers = [post(*attempt) for attempt in tries]

    assert {answer.status_code for answer in answers} == {200}
    errors = [answer.context["form"].errors for answer in answers]
    assert errors == [{"__all__": [AccountAdapter.REFUSAL]}] * 3


def test_every_refusal_takes_one_hash(person, town, monkeypatch):
    """Counted, not timed: the same hasher runs once, whoever asks and whatever comes of it."""
    runs = []
    with_password("kikaku-02", town)
    inactive = with_password("kikaku-03", town)
    inactive.is_active = False
    inactive.save()
    fail("kikaku-01", 5)
    encode = MD5PasswordHasher.encode
    monkeypatch.setattr(
        MD5PasswordHasher, "encode", lambda *given: runs.append(1) or encode(*given)
    )
    attempts = (
        ("kikaku-01", PASSWORD),
        ("kikaku-02", WRONG),
        ("kikaku-03", PASSWORD),
        ("nobody-01", PASSWORD),
    )

    counts = []
    for username, password in attempts:
        runs.clear()
        assert try_to_log_in(username, password) is None
        counts.append(len(runs))

    assert counts == [1, 1, 1, 1]


def test_names_that_nobody_has_take_a_bounded_number_of_rows(db):
    for number in range(2 * UNKNOWN_SUBJECTS):
        try_to_log_in(f"nobody-{number}")

    assert LoginTally.objects.filter(address="").count() <= UNKNOWN_SUBJECTS
    assert LoginTally.objects.exclude(address="").count() <= UNKNOWN_SUBJECTS


def test_tallies_that_say_nothing_any_more_are_deleted(person, clock):
    fail("kikaku-01", 3)
    minutes_later(clock, 3 * 60 + 1)
    try_to_log_in("nobody-01")

    assert not LoginTally.objects.filter(subject=f"user-{person.pk}").exists()


@pytest.mark.django_db(transaction=True)
def test_parallel_tries_do_not_slip_through(clock):
    clock.move_to(NOW, tick=True)  # threads wait for each other by the clock
    admitted = together(*[lambda: login_tries.admit("user-1", OFFICE)] * 20)

    assert sorted(admitted) == [False] * 15 + [True] * 5


@pytest.mark.django_db(transaction=True)
def test_parallel_guesses_are_looked_at_only_until_the_pause_begins(clock):
    clock.move_to(NOW, tick=True)
    with_password("kikaku-01", make_town())
    fail("kikaku-01", 4)

    found = together(*[lambda: try_to_log_in("kikaku-01", WRONG)] * 8)

    assert found == [None] * 8
    assert try_to_log_in("kikaku-01") is None
    assert LoginTally.objects.get(address=OFFICE).failures == 5


@pytest.mark.parametrize(
    ("seen", "counted"),
    [
        ("192.0.2.1", "192.0.2.1"),
        ("2001:db8:1:2:3::4", "2001:db8:1:2::/64"),
        ("2001:db8:1:2:ffff::9", "2001:db8:1:2::/64"),
    ],
)
def test_address_is_that_of_the_machine_or_its_network(seen, counted):
    assert address_of(RequestFactory().get("/", REMOTE_ADDR=seen)) == counted


@pytest.mark.parametrize(("proxies", "address"), [(0, "127.0.0.1"), (1, "192.0.2.1")])
def test_forwarded_address_counts_only_behind_a_proxy_of_ours(settings, proxies, address):
    settings.ALLAUTH_TRUSTED_PROXY_COUNT = proxies
    request = RequestFactory().get("/", headers={"X-Forwarded-For": "203.0.113.5, 192.0.2.1"})

    assert address_of(request) == address
