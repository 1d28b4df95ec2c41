"""The link with which the first administrator of an empty installation gets in."""

import datetime

import pytest
from django.core import signing

from dxplan.accounts.first_administrator import make_first_administrator, setup_link
from dxplan.accounts.models import Assignment, Municipality, User
from tests.factories import make_person

NOW = datetime.datetime(2026, 11, 20, 9, 0, tzinfo=datetime.UTC)
DAY = datetime.timedelta(days=1)
SECOND = datetime.timedelta(seconds=1)

MADE_OF_NAMES = (
    "町の名前、氏名、利用者ID、よく使われる言葉に、数字などを足しただけのパスワードは"
    "使えません。関係のない言葉をいくつか組み合わせてください。"
)

TYPED = {
    "code": "285854",
    "name": "香美町",
    "kana": "かみちょう",
    "prefecture": "兵庫県",
    "username": "kikaku-01",
    "person_name": "香美 花子",
    "password": "tokonoma no kakejiku",
}


@pytest.fixture
def link(db):
    return setup_link("http://testserver")


def errors(response):
    return {name: list(messages) for name, messages in response.context["form"].errors.items()}


def test_link_makes_town_administrator_and_roles(client, link, time_machine):
    time_machine.move_to(NOW, tick=False)

    response = client.post(setup_link(""), TYPED, follow=True)

    assert response.redirect_chain == [("/accounts/login/", 302)]
    assert [str(message) for message in response.context["messages"]] == [
        "登録しました。利用者IDとパスワードでログインしてください。"
    ]
    town = Municipality.objects.values_list("code", "name", "kana", "prefecture").get()
    assert town == ("285854", "香美町", "かみちょう", "兵庫県")
    user = User.objects.get()
    assert (user.username, user.name, user.municipality.code) == (
        "kikaku-01",
        "香美 花子",
        "285854",
    )
    roles = Assignment.objects.values_list("user", "role", "department", "valid_from", "valid_to")
    assert set(roles) == {
        (user.pk, role, None, datetime.date(2026, 11, 20), None)
        for role in ("system_administrator", "dx_office")
    }


def test_first_administrator_can_log_in(client, link):
    client.post(link, TYPED)

    assert User.objects.get().password.startswith("argon2$argon2id$")
    assert client.login(username=TYPED["username"], password=TYPED["password"])
    assert client.get("/").status_code == 200


def test_link_works_once(client, link):
    client.post(link, TYPED)
    second = TYPED | {"code": "345458", "username": "intruder"}

    assert client.get(link).status_code == 404
    assert client.post(link, second).status_code == 404
    assert list(User.objects.values_list("username", flat=True)) == ["kikaku-01"]
    assert Municipality.objects.count() == 1


def test_link_is_dead_where_anyone_has_an_account(client, town):
    make_person("someone", town, role="auditor", is_active=False)

    assert client.get(setup_link("")).status_code == 404


@pytest.mark.parametrize(("age", "status"), [(DAY, 200), (DAY + SECOND, 404)])
def test_link_is_good_for_a_day(client, db, time_machine, age, status):
    time_machine.move_to(NOW, tick=False)
    made = setup_link("")
    time_machine.move_to(NOW + age, tick=False)

    assert client.get(made).status_code == status


def test_expired_link_makes_nobody(client, db, time_machine):
    time_machine.move_to(NOW, tick=False)
    made = setup_link("")
    time_machine.move_to(NOW + DAY + SECOND, tick=False)

    assert client.post(made, TYPED).status_code == 404
    assert User.objects.count() == 0


@pytest.mark.parametrize(
    "token",
    [
        "forged",
        signing.dumps("setup", salt="dxplan.first-administrator", key="another key"),
        signing.dumps("setup", salt="another.salt"),
        "あ",
    ],
    ids=["text", "another key", "another purpose", "no ASCII"],
)
def test_forged_token_is_not_found(client, db, token):
    url = f"/accounts/setup/{token}/"

    assert client.get(url).status_code == 404
    assert client.post(url, TYPED).status_code == 404
    assert User.objects.count() == 0


def test_page_says_what_is_asked_in_japanese(client, link):
    response = client.get(link)

    assert [field.label for field in response.context["form"]] == [
        "全国地方公共団体コード",
        "市区町村名",
        "読み",
        "都道府県",
        "利用者ID",
        "氏名",
        "パスワード",
    ]
    assert "この画面は1回だけ使えます" in response.content.decode()


@pytest.mark.parametrize(
    ("fault", "messages"),
    [
        (
            {"code": "285855"},
            ["全国地方公共団体コードは、検査数字を含む6桁の数字で入力してください。例: 285854"],
        ),
        (
            {"code": "２８５８５４"},
            ["全国地方公共団体コードは、検査数字を含む6桁の数字で入力してください。例: 285854"],
        ),
        ({"name": ""}, ["このフィールドは必須です。"]),
        (
            {"password": "short"},
            ["このパスワードは短すぎます。最低 12 文字以上必要です。"],
        ),
        ({"password": "qwerty123456"}, ["このパスワードは一般的すぎます。"]),
        ({"password": ""}, ["このフィールドは必須です。"]),
    ],
)
def test_wrong_input_is_told_and_the_rest_kept(client, link, fault, messages):
    response = client.post(link, TYPED | fault)

    assert response.status_code == 200
    assert errors(response) == {next(iter(fault)): messages}
    text = response.content.decode()
    for name, value in (TYPED | fault).items():
        assert (f'value="{value}"' in text) == (name != "password" and value != "")
    assert (User.objects.count(), Municipality.objects.count()) == (0, 0)


def test_password_like_the_username_is_refused(client, link):
    response = client.post(link, TYPED | {"username": "toori-ame-01", "password": "toori-ame-01"})

    assert errors(response) == {"password": [MADE_OF_NAMES]}


@pytest.mark.parametrize(
    "password", ["kamicho-20260401", "香美町役場二〇二六年度課", "Hyogo-ken-2026!"]
)
def test_password_made_of_the_town_being_registered_is_refused(client, link, password):
    response = client.post(link, TYPED | {"password": password})

    assert errors(response) == {"password": [MADE_OF_NAMES]}


def test_corrected_input_is_accepted(client, link):
    client.post(link, TYPED | {"password": "short"})

    assert client.post(link, TYPED).status_code == 302
    assert User.objects.count() == 1


def test_second_of_two_at_once_makes_nobody(town, db):
    fields = {"username": "kikaku-01", "name": "香美 花子", "password": "tokonoma no kakejiku"}
    make_person("first", town, role="auditor")

    assert make_first_administrator(town=Municipality(code="345458"), **fields) is None
    assert list(Municipality.objects.all()) == [town]
