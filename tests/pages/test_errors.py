"""What people see when something is wrong: a Japanese page, nothing of the inside."""

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


def test_database_away_is_a_503_with_a_number(quiet_client, database_away, caplog):
    quiet_client.cookies.load(SESSION)

    response = quiet_client.get("/")

    text = response.content.decode()
    reference = caplog.records[-2].args[0] if caplog.records else ""
    assert response.status_code == 503
    assert "データベース" in text
    assert len(reference) == 8
    assert reference in text
    assert "Traceback" not in text


def test_database_back_again_answers_by_itself(quiet_client, database_away, monkeypatch):
    quiet_client.cookies.load(SESSION)
    assert quiet_client.get("/").status_code == 503

    monkeypatch.undo()

    assert quiet_client.get("/").status_code == 302


def test_too_much_sent_is_a_413(quiet_client, db):
    response = quiet_client.post("/accounts/login/", {"username": "a" * 3_000_000})

    assert response.status_code == 413
    assert "大きすぎ" in response.content.decode()


def test_form_without_token_is_a_403_in_japanese(db):
    response = Client(enforce_csrf_checks=True).post("/accounts/login/", {"username": "a"})

    assert response.status_code == 403
    assert "もう一度" in response.content.decode()
