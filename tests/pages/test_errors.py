"""What people see when something is wrong: a Japanese page, nothing of the inside."""

import re

import pytest
from django.db import connections
from django.test import Client

SESSION = {"sessionid": "a" * 32}


@pytest.fixture
def quiet_client(client):
    client.raise_request_exception = False
    return client


@pytest.fixture
def database_away(monkeypatch, transactional_db):
    connections["default"].close()
    monkeypatch.setenv("DATABASE_URL", "postgresql://nobody:x@127.0.0.1:1/away")
    yield
    monkeypatch.undo()
    connections["default"].close()


def number_on(response):
    """The number to quote that an error page shows."""
    return re.search("お問い合わせ番号：([0-9a-f]{8})<", response.content.decode())[1]


def test_database_away_is_a_503_with_the_number_of_the_log(quiet_client, database_away, caplog):
    quiet_client.cookies.load(SESSION)

    response = quiet_client.get("/")

    assert response.status_code == 503
    assert "データベース" in response.content.decode()
    assert "Traceback" not in response.content.decode()
    [record] = [record for record in caplog.records if record.exc_info]
    assert number_on(response) == record.request.reference


def test_not_ready_while_the_database_is_away_but_alive(quiet_client, database_away, monkeypatch):
    assert quiet_client.get("/readyz").status_code == 503
    assert quiet_client.get("/healthz").status_code == 200

    monkeypatch.undo()

    assert quiet_client.get("/readyz").content == b"ok"


@pytest.mark.parametrize(
    ("url", "data", "status"),
    [
        ("/nowhere/", None, 404),
        ("/plans/new/", None, 403),
        ("/accounts/login/", {"username": "a" * 3_000_000}, 413),
    ],
)
def test_error_page_is_japanese_with_a_number(visit, committee, url, data, status):
    response = visit(committee, url, data)

    assert response.status_code == status
    assert len(number_on(response)) == 8


def test_database_back_again_answers_by_itself(quiet_client, database_away, monkeypatch):
    quiet_client.cookies.load(SESSION)
    assert quiet_client.get("/").status_code == 503

    monkeypatch.undo()

    assert quiet_client.get("/").status_code == 302


def test_form_without_token_is_a_403_in_japanese(db):
    response = Client(enforce_csrf_checks=True).post("/accounts/login/", {"username": "a"})

    assert response.status_code == 403
    assert "もう一度" in response.content.decode()
    assert len(number_on(response)) == 8
