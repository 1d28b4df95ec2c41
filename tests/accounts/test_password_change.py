"""One's own password: the old one is asked, and sessions elsewhere end."""

import pytest
from django.test import Client
from django.urls import reverse

from dxplan.accounts.adapter import AccountAdapter
from tests.factories import make_person

OLD, NEW = "correct horse battery", "tokonoma no kakejiku"
TYPED = {"oldpassword": OLD, "password1": NEW, "password2": NEW}


@pytest.fixture(autouse=True)
def quick_passwords(settings):
    settings.PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]


@pytest.fixture
def person(town):
    person = make_person("kikaku-01", town, role="auditor")
    person.set_password(OLD)
    person.save()
    return person


@pytest.fixture
def url():
    return reverse("password_change")


def errors(response):
    return {name: list(messages) for name, messages in response.context["form"].errors.items()}


def has_password(person, password):
    person.refresh_from_db()
    return person.check_password(password)


def test_password_is_changed_and_the_person_stays_logged_in(visit, person, url):
    response = visit(person, url, TYPED, follow=True)

    assert response.redirect_chain == [("/", 302)]
    assert [str(message) for message in response.context["messages"]] == [
        "パスワードを変更しました。ほかの端末でログインしていた場合は、ログアウトされました。"
    ]
    assert has_password(person, NEW)


def test_sessions_elsewhere_end_with_the_old_password(visit, person, url):
    elsewhere = Client()
    elsewhere.force_login(person)
    visit(person, url, TYPED)

    assert elsewhere.get("/").url == "/accounts/login/?next=/"


def test_page_asks_in_japanese_and_never_shows_what_was_typed(visit, person, url):
    response = visit(person, url, TYPED | {"password2": "another thing"})

    assert [field.label for field in response.context["form"]] == [
        "今のパスワード",
        "新しいパスワード",
        "新しいパスワード（もう一度）",
    ]
    assert errors(response) == {"password2": ["同じパスワードを入力してください。"]}
    assert OLD not in response.content.decode()
    assert NEW not in response.content.decode()
    assert has_password(person, OLD)


@pytest.mark.parametrize(
    ("fault", "name", "message"),
    [
        ({"oldpassword": "wrong"}, "oldpassword", AccountAdapter.OLD_PASSWORD_REFUSAL),
        ({"oldpassword": ""}, "oldpassword", "このフィールドは必須です。"),
        (
            {"password1": "short", "password2": "short"},
            "password1",
            "このパスワードは短すぎます。最低 12 文字以上必要です。",
        ),
    ],
)
def test_wrong_input_is_told_at_its_field(visit, person, url, fault, name, message):
    response = visit(person, url, TYPED | fault)

    assert errors(response)[name] == [message]
    assert has_password(person, OLD)


def test_guesses_at_the_old_password_are_paused_like_logins(visit, person, url):
    for _ in range(5):
        visit(person, url, TYPED | {"oldpassword": "wrong"})

    assert errors(visit(person, url, TYPED)) == {
        "oldpassword": [AccountAdapter.OLD_PASSWORD_REFUSAL]
    }
    assert has_password(person, OLD)


def test_person_without_a_password_of_their_own_cannot_change_it(visit, person, url):
    person.set_unusable_password()
    person.save()

    assert visit(person, url).status_code == 403
    assert visit(person, url, TYPED).status_code == 403


def test_menu_leads_to_the_page(visit, person, url):
    assert f'<a href="{url}">パスワードの変更</a>' in visit(person, "/").content.decode()
