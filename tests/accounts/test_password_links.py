"""The link with which a person sets the own password: once, for a week, and nobody else."""

import datetime
import re

import pytest
from django.core import signing
from django.test import Client
from django.utils import timezone

from dxplan.accounts.models import PasswordLink, User
from dxplan.accounts.password_links import STOPPED, make_link, set_password, token_of
from tests.factories import make_person
from tests.races import together

NOW = datetime.datetime(2026, 11, 20, 0, 0, tzinfo=datetime.UTC)
WEEK = datetime.timedelta(days=7)
SECOND = datetime.timedelta(seconds=1)
OLD, PASSWORD = "hashigo to sakamichi", "tokonoma no kakejiku"
TYPED = {"new_password1": PASSWORD, "new_password2": PASSWORD}


@pytest.fixture(autouse=True)
def quick_passwords(settings):
    """The site's own hasher takes a fifth of a second, on purpose."""
    settings.PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]


@pytest.fixture
def person(town):
    person = make_person("kikaku-01", town, role="auditor")
    person.set_unusable_password()
    person.save()
    return person


@pytest.fixture
def guest():
    """The browser of someone who is not logged in."""
    return Client()


@pytest.fixture
def ask(visit, dx_office):
    """Lets the office make a link for a person, and gives its address."""

    def ask(person):
        return visit(dx_office, f"/accounts/people/{person.pk}/link/", {}).context["address"]

    return ask


def can_log_in(person, password):
    return Client().login(username=person.username, password=password)


def test_person_sets_the_first_password(guest, ask, person):
    response = guest.post(ask(person), TYPED, follow=True)

    assert response.redirect_chain == [("/accounts/login/", 302)]
    assert [str(message) for message in response.context["messages"]] == [
        "パスワードを設定しました。利用者IDとパスワードでログインしてください。"
    ]
    assert can_log_in(person, PASSWORD)


def test_page_names_the_person_and_asks_twice(guest, ask, person):
    response = guest.get(ask(person))

    assert [field.label for field in response.context["form"]] == [
        "新しいパスワード",
        "新しいパスワード（確認）",
    ]
    assert "kikaku-01" in response.content.decode()
    assert response.headers["Cache-Control"] == "no-store"


def test_office_sees_the_link_and_its_end_but_no_password(visit, dx_office, person, time_machine):
    time_machine.move_to(NOW, tick=False)
    response = visit(dx_office, f"/accounts/people/{person.pk}/link/", {})

    assert response.context["expires_at"] == NOW + WEEK
    assert "2026年11月27日 09:00まで" in response.content.decode()
    link = PasswordLink.objects.get()
    assert (link.user, link.made_by, link.made_at, link.used_at) == (person, dx_office, NOW, None)


def test_link_is_made_by_post_only(visit, dx_office, person):
    assert visit(dx_office, f"/accounts/people/{person.pk}/link/").status_code == 405


def test_link_works_once(guest, ask, person):
    address = ask(person)
    guest.post(address, TYPED)
    again = {"new_password1": OLD, "new_password2": OLD}

    assert guest.get(address).status_code == 404
    assert guest.post(address, again).status_code == 404
    assert can_log_in(person, PASSWORD)


def test_newer_link_replaces_the_older(guest, ask, person):
    older, newer = ask(person), ask(person)

    assert guest.get(older).status_code == 404
    assert guest.post(older, TYPED).status_code == 404
    assert guest.get(newer).status_code == 200


def test_older_link_stays_dead_after_the_newer_was_used(guest, ask, person):
    older, newer = ask(person), ask(person)
    guest.post(newer, TYPED)

    assert guest.get(older).status_code == 404


def test_link_of_another_person_is_not_replaced(guest, ask, person, staff):
    address = ask(person)
    ask(staff)

    assert guest.get(address).status_code == 200


@pytest.mark.parametrize(("age", "status"), [(WEEK, 200), (WEEK + SECOND, 404)])
def test_link_is_good_for_a_week(guest, ask, person, time_machine, age, status):
    time_machine.move_to(NOW, tick=False)
    address = ask(person)
    time_machine.move_to(NOW + age, tick=False)

    assert guest.get(address).status_code == status


def test_link_is_dead_while_the_account_is_stopped(guest, ask, person):
    address = ask(person)
    User.objects.filter(pk=person.pk).update(is_active=False)

    assert guest.get(address).status_code == 404


def test_link_is_dead_once_the_password_was_changed_otherwise(guest, ask, person):
    address = ask(person)
    person.set_password(OLD)
    person.save()

    assert guest.get(address).status_code == 404


def test_stopped_account_gets_no_link(visit, dx_office, person):
    User.objects.filter(pk=person.pk).update(is_active=False)

    response = visit(dx_office, f"/accounts/people/{person.pk}/link/", {}, follow=True)

    assert [str(message) for message in response.context["messages"]] == [STOPPED]
    assert PasswordLink.objects.count() == 0


def test_bad_used_and_expired_links_get_the_same_answer(
    guest, dx_office, person, staff, time_machine
):
    time_machine.move_to(NOW, tick=False)
    expired = token_of(make_link(by=dx_office, person=staff))
    time_machine.move_to(NOW + WEEK + SECOND, tick=False)
    link = make_link(by=dx_office, person=person)
    used = token_of(link)
    set_password(used, PASSWORD)
    forged = [
        "forged",
        "あ",
        "1:2:3",
        f"{link.pk}:1vSVoR:AAAA",
        f"{10**30}:1vSVoR:AAAA",
        "99999999:1vSVoR:AAAA",
        "²:1vSVoR:AAAA",
        signing.TimestampSigner(salt="dxplan.password-link").sign(link.pk),
        signing.TimestampSigner(key="another key").sign(link.pk),
    ]
    addresses = [f"/accounts/invite/{token}/" for token in (expired, used, *forged)]

    answers = [guest.get(address) for address in addresses]
    answers += [guest.post(address, TYPED) for address in addresses]

    pages = {re.sub("[A-Za-z0-9]{64}", "", answer.content.decode()) for answer in answers}
    assert {answer.status_code for answer in answers} == {404}
    assert len(pages) == 1


def test_link_of_a_lost_day_opens_no_other_account(guest, ask, person, staff):
    """After an old backup came back, the same number may belong to someone else's link."""
    address = ask(person)
    PasswordLink.objects.update(user=staff, made_at=timezone.now())

    assert guest.get(address).status_code == 404


@pytest.mark.parametrize(
    ("typed", "field", "messages"),
    [
        (
            {"new_password1": "short", "new_password2": "short"},
            "new_password2",
            ["このパスワードは短すぎます。最低 12 文字以上必要です。"],
        ),
        (
            {"new_password1": "qwerty123456", "new_password2": "qwerty123456"},
            "new_password2",
            ["このパスワードは一般的すぎます。"],
        ),
        (
            {"new_password1": PASSWORD, "new_password2": OLD},
            "new_password2",
            ["確認用パスワードが一致しません。"],
        ),
        (
            {"new_password1": "", "new_password2": ""},
            "new_password1",
            ["このフィールドは必須です。"],
        ),
    ],
)
def test_wrong_password_is_told_and_the_link_still_works(
    guest, ask, person, typed, field, messages, caplog
):
    address = ask(person)
    response = guest.post(address, typed)

    assert address not in caplog.text
    assert response.context["form"].errors[field] == messages
    assert PASSWORD not in response.content.decode()
    assert guest.post(address, TYPED).status_code == 302


def test_password_like_the_username_is_refused(guest, ask, town):
    person = make_person("kikaku-tantou", town, role="auditor")
    typed = {"new_password1": "kikaku-tantou", "new_password2": "kikaku-tantou"}

    response = guest.post(ask(person), typed)

    [message] = response.context["form"].errors["new_password2"]
    assert message.startswith("町の名前、氏名、利用者ID、よく使われる言葉に")


def test_forgotten_password_works_until_a_new_one_is_set(guest, ask, person):
    person.set_password(OLD)
    person.save()
    guest.login(username="kikaku-01", password=OLD)
    address = ask(person)
    assert can_log_in(person, OLD)
    assert guest.get("/").status_code == 200

    Client().post(address, TYPED)

    assert not can_log_in(person, OLD)
    assert can_log_in(person, PASSWORD)
    assert guest.get("/").status_code == 302


def test_office_does_not_set_the_password_itself(visit, ask, dx_office, person):
    address = ask(person)

    for data in (None, TYPED):
        assert (
            "今は別の利用者でログインしています" in visit(dx_office, address, data).content.decode()
        )
    person.refresh_from_db()
    assert person.is_invited
    assert Client().get(address).status_code == 200


@pytest.mark.django_db(transaction=True)
def test_link_used_by_two_at_once_sets_one_password(dx_office, person):
    token = token_of(make_link(by=dx_office, person=person))

    outcomes = together(lambda: set_password(token, PASSWORD), lambda: set_password(token, OLD))

    assert sorted(outcomes) == [False, True]
    chosen = PASSWORD if outcomes[0] else OLD
    assert can_log_in(person, chosen)


def test_persons_page_tells_of_the_latest_link(visit, ask, dx_office, person, time_machine):
    time_machine.move_to(NOW, tick=False)
    address = ask(person)

    def link_line():
        text = visit(dx_office, f"/accounts/people/{person.pk}/").content.decode()
        return re.search("<dt>パスワード設定リンク</dt><dd>(.*?)</dd>", text)[1]

    assert link_line() == "2026年11月20日 09:00にofficeが発行（未使用）"
    Client().post(address, TYPED)
    assert link_line() == "2026年11月20日 09:00にofficeが発行（2026年11月20日 09:00に使用）"
