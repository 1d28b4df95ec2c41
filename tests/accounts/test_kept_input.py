"""What was typed into a form whose session ended: kept, and sent only in the same name."""

import datetime
import re

import pytest
from django.test import Client

from dxplan.accounts.kept_input import KeptInput, unpacked
from kpis.models import Result
from tests.factories import make_kpi, make_person

NOW = datetime.datetime(2026, 11, 20, 9, 0, tzinfo=datetime.UTC)
LOGIN, RESEND = "/accounts/login/", "/accounts/resend/"
PASSWORD = "correct horse battery"
HIDDEN = re.compile('<input type="hidden" name="([^"]*)" value="([^"]*)">')
ORIGIN = {"Origin": "http://testserver"}


@pytest.fixture(autouse=True)
def quick_passwords(settings):
    settings.PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]


@pytest.fixture
def typist(staff):
    staff.set_password(PASSWORD)
    staff.save()
    return staff


@pytest.fixture
def colleague(town, department):
    person = make_person("colleague", town, role="staff", department=department)
    person.set_password(PASSWORD)
    person.save()
    return person


@pytest.fixture
def kpi(plan, department):
    return make_kpi(plan, departments=[department])


@pytest.fixture
def browser():
    return Client(enforce_csrf_checks=True)


def log_in(browser, person, **more):
    page = browser.get(LOGIN)
    typed = {"username": person.username, "password": PASSWORD} | more
    return browser.post(LOGIN, typed | {"csrfmiddlewaretoken": token_of(page)})


def token_of(page):
    return dict(HIDDEN.findall(page.content.decode()))["csrfmiddlewaretoken"]


def grid_url(plan):
    return f"/plans/{plan.pk}/results/?fiscal_year=2025"


def fill_in(browser, kpi, value="12"):
    """The entry grid with one value typed into it, as a browser would post it."""
    page = browser.get(grid_url(kpi.plan))
    hidden = dict(HIDDEN.findall(page.content.decode()))
    return hidden | {
        f"value-{kpi.pk}": value,
        f"state-{kpi.pk}": "final",
        f"note-{kpi.pk}": "改\r\n行",
    }


def end_session(browser):
    """As the server ends it: the browser still has its cookie."""
    browser.session.delete()


def hidden_fields(response, action):
    """The hidden fields of the form on the page that is sent to `action`."""
    forms = re.findall(
        '<form method="post"[^>]*action="([^"]*)">(.*?)</form>', page_of(response), re.S
    )
    return dict(HIDDEN.findall(dict(forms)[action.replace("&", "&amp;")]))


def page_of(response):
    return response.content.decode()


def unescaped(text):
    return text.replace("&quot;", '"').replace("&amp;", "&")


def stored(kpi):
    return list(Result.objects.filter(kpi=kpi).values_list("value", "note"))


def test_form_of_an_ended_session_waits_for_the_login(browser, typist, kpi):
    log_in(browser, typist)
    typed = fill_in(browser, kpi)
    end_session(browser)

    response = browser.post(grid_url(kpi.plan), typed)

    assert response.status_code == 403
    assert "<h1>もう一度ログインしてください</h1>" in page_of(response)
    assert stored(kpi) == []
    kept = unpacked(unescaped(hidden_fields(response, LOGIN)["kept_input"]))
    assert dict(kept.fields) == {
        name: value for name, value in typed.items() if name != "csrfmiddlewaretoken"
    }
    assert kept.path == grid_url(kpi.plan)


def wait_for_login(browser, kpi):
    """The fields of the login on the page that keeps what was typed."""
    typed = fill_in(browser, kpi)
    end_session(browser)
    waiting = browser.post(grid_url(kpi.plan), typed)
    return {name: unescaped(value) for name, value in hidden_fields(waiting, LOGIN).items()}


def test_input_is_saved_after_logging_in_on_that_page(browser, typist, kpi):
    log_in(browser, typist)
    waiting = wait_for_login(browser, kpi)

    answer = browser.post(LOGIN, waiting | {"username": "staff", "password": PASSWORD})
    assert (answer.status_code, answer.url) == (302, RESEND)
    page = browser.get(RESEND)
    response = browser.post(grid_url(kpi.plan), hidden_fields(page, grid_url(kpi.plan)))

    assert response.status_code == 302
    assert stored(kpi) == [(12, "改\n行")]
    assert browser.get(RESEND).url == "/"


def test_wrong_password_on_that_page_loses_nothing(browser, typist, kpi):
    log_in(browser, typist)
    waiting = wait_for_login(browser, kpi)

    response = browser.post(LOGIN, waiting | {"username": "staff", "password": "wrong"})

    again = {name: unescaped(value) for name, value in hidden_fields(response, LOGIN).items()}
    assert (again["kept_input"], again["next"]) == (waiting["kept_input"], RESEND)


def test_input_is_not_sent_for_a_colleague_who_logs_in_on_that_page(
    browser, typist, colleague, kpi
):
    log_in(browser, typist)
    waiting = wait_for_login(browser, kpi)
    browser.post(LOGIN, waiting | {"username": "colleague", "password": PASSWORD})

    response = browser.get(RESEND)

    assert response.status_code == 403
    assert "<h1>別の利用者が入力した内容です</h1>" in page_of(response)
    assert "value-" not in page_of(response)
    assert browser.get(RESEND).url == "/"
    assert stored(kpi) == []


def test_input_can_be_sent_after_logging_in_in_another_tab(browser, typist, kpi):
    log_in(browser, typist)
    typed = fill_in(browser, kpi)
    end_session(browser)
    waiting = browser.post(grid_url(kpi.plan), typed)
    log_in(browser, typist)

    fields = hidden_fields(waiting, grid_url(kpi.plan))
    asked = browser.post(grid_url(kpi.plan), fields, headers=ORIGIN)
    assert asked.status_code == 403
    assert "<h1>入力した内容を送信してください</h1>" in page_of(asked)
    browser.post(grid_url(kpi.plan), hidden_fields(asked, grid_url(kpi.plan)))

    assert stored(kpi) == [(12, "改\n行")]


def test_login_on_that_page_after_one_in_another_tab_loses_nothing(browser, typist, kpi):
    log_in(browser, typist)
    waiting = wait_for_login(browser, kpi)
    log_in(browser, typist)

    typed = waiting | {"username": "staff", "password": PASSWORD}
    asked = browser.post(LOGIN, typed, headers=ORIGIN)
    assert "<h1>入力した内容を送信してください</h1>" in page_of(asked)
    browser.post(grid_url(kpi.plan), hidden_fields(asked, grid_url(kpi.plan)))

    assert stored(kpi) == [(12, "改\n行")]


def test_form_older_than_a_colleagues_login_is_not_sent(browser, typist, colleague, kpi):
    log_in(browser, typist)
    typed = fill_in(browser, kpi)
    end_session(browser)
    log_in(browser, colleague)

    response = browser.post(grid_url(kpi.plan), typed, headers=ORIGIN)

    assert response.status_code == 403
    assert "<h1>別の利用者が入力した内容です</h1>" in page_of(response)
    assert stored(kpi) == []


def test_form_of_another_person_is_refused_even_with_a_right_token(visit, typist, colleague, kpi):
    typed = {"typed_by": typist.pk, f"value-{kpi.pk}": "12", f"state-{kpi.pk}": "final"}

    response = visit(colleague, grid_url(kpi.plan), typed)

    assert response.status_code == 403
    assert "<h1>別の利用者が入力した内容です</h1>" in page_of(response)
    assert stored(kpi) == []


@pytest.mark.parametrize("origin", [{}, {"Origin": "http://evil.example"}, {"Origin": "null"}])
def test_form_from_another_site_is_not_offered_to_be_sent(browser, typist, kpi, origin):
    log_in(browser, typist)
    forged = {"typed_by": typist.pk, f"value-{kpi.pk}": "99"}

    response = browser.post(grid_url(kpi.plan), forged, headers=origin)

    assert response.status_code == 403
    assert "<h1>もう一度やり直してください</h1>" in page_of(response)
    assert "99" not in re.sub("csrf.*", "", page_of(response))


def test_passwords_and_files_are_not_kept(browser, typist, settings):
    log_in(browser, typist)
    page = browser.get("/accounts/password/")
    typed = dict(HIDDEN.findall(page_of(page))) | {
        "oldpassword": PASSWORD,
        "password1": "tokonoma no kakejiku",
        "password2": "tokonoma no kakejiku",
    }
    end_session(browser)

    response = browser.post("/accounts/password/", typed)

    assert hidden_fields(response, "/accounts/password/").keys() == {
        "csrfmiddlewaretoken",
        "typed_by",
    }
    assert "tokonoma" not in page_of(response)
    assert "パスワードと、選んだファイルは残せません。" in page_of(response)


def test_typing_check_after_the_session_ended_leaves_the_page_where_it_is(browser, typist, kpi):
    log_in(browser, typist)
    typed = fill_in(browser, kpi)
    end_session(browser)
    url = f"/plans/{kpi.plan_id}/results/check/?fiscal_year=2025&kpi={kpi.pk}"

    response = browser.post(url, typed, headers={"HX-Request": "true"})

    assert (response.status_code, response["X-Session-Ended"]) == (403, "1")
    assert "HX-Redirect" not in response


def test_piece_of_a_page_after_the_session_ended_leads_to_the_login(client, db):
    response = client.get("/", headers={"HX-Request": "true"})

    assert response["HX-Redirect"] == f"{LOGIN}?next=%2F"


def test_page_asked_for_after_the_session_ended_leads_to_the_login(client, db):
    assert client.get("/").url == f"{LOGIN}?next=/"


def test_logout_after_the_session_ended_keeps_nothing(browser, typist):
    log_in(browser, typist)
    fields = hidden_fields(browser.get("/"), "/accounts/logout/")
    end_session(browser)

    assert browser.post("/accounts/logout/", fields).url == LOGIN


def test_logout_of_an_older_page_offers_nothing_to_send(browser, typist):
    log_in(browser, typist)
    fields = hidden_fields(browser.get("/"), "/accounts/logout/")
    browser.post("/accounts/logout/", fields)
    log_in(browser, typist)

    response = browser.post("/accounts/logout/", fields, headers=ORIGIN)

    assert response.status_code == 403
    assert "<h1>もう一度やり直してください</h1>" in page_of(response)


@pytest.mark.parametrize(
    "text",
    [
        "",
        "{",
        "[]",
        "null",
        "{}",
        '{"path": "/", "fields": 1, "is_complete": true}',
        '{"path": "/", "fields": [["a"]], "is_complete": true}',
        '{"path": "https://evil.example/", "fields": [], "is_complete": true}',
        '{"path": "//evil.example/", "fields": [], "is_complete": true}',
        '{"path": "javascript:alert(1)", "fields": [], "is_complete": true}',
    ],
)
def test_forged_input_is_nothing(text):
    assert unpacked(text) is None


def test_input_comes_back_as_it_was_packed():
    kept = KeptInput("/plans/1/?a=1&b=2", (("a", "あ\r\n"), ("a", "<b>"), ("typed_by", "7")), True)

    assert unpacked(kept.packed()) == kept
    assert kept.typed_by == "7"
