"""Settings of a real installation, as its environment gives them."""

import json

import pytest

from tests.processes import run

HTTPS = {"DXPLAN_HTTPS": "1", "DXPLAN_ALLOWED_HOSTS": "dx.example.lg.jp"}
# Asks pages as a proxy or a neighbour would, without a database, and prints what came back.
ASK = """
import json, django
django.setup()
from django.test import Client
answers = {}
for name, url, headers in json.loads(%r):
    response = Client(headers=headers).get(url, headers=headers)
    cookie = response.cookies.get("csrftoken")
    answers[name] = [
        response.status_code,
        response.get("Location"),
        response.get("Strict-Transport-Security"),
        bool(cookie and cookie["secure"]),
    ]
print(json.dumps(answers))
"""


def check_deploy(folder, **variables):
    command = ("manage.py", "check", "--deploy", "--fail-level", "INFO")
    code, output, errors = run(*command, folder=folder, **variables)
    return code, output + errors


@pytest.mark.parametrize("more", [{}, {"DXPLAN_PROXIES": "2"}])
def test_check_for_deployment_finds_nothing_with_https(tmp_path, more):
    code, said = check_deploy(tmp_path, **HTTPS, **more)

    assert (code, "no issues" in said) == (0, True), said


def test_check_for_deployment_warns_without_https(tmp_path):
    code, said = check_deploy(tmp_path)

    assert code == 1
    assert {word for word in ("W004", "W008", "W012", "W016") if word in said} == {
        "W004",
        "W008",
        "W012",
        "W016",
    }


def ask(folder, *questions, **variables):
    """(status, location, HSTS, whether the cookie is secure) of each question."""
    variables |= {"DJANGO_SETTINGS_MODULE": "dxplan.settings", "DXPLAN_DEBUG": "1"}
    code, output, errors = run("-c", ASK % json.dumps(questions), folder=folder, **variables)
    assert code == 0, errors
    return json.loads(output)


def test_https_is_recognized_behind_the_proxy_and_http_led_there(tmp_path):
    host = {"Host": "dx.example.lg.jp"}
    answers = ask(
        tmp_path,
        ("by proxy", "/accounts/login/", host | {"X-Forwarded-Proto": "https"}),
        ("plain", "/accounts/login/", host | {"X-Forwarded-Proto": "http"}),
        ("monitor", "/healthz", host),
        **HTTPS,
    )

    assert answers == {
        "by proxy": [200, None, "max-age=31536000", True],
        "plain": [301, "https://dx.example.lg.jp/accounts/login/", None, False],
        "monitor": [200, None, None, False],
    }


def test_plain_http_on_this_machine_works_and_believes_no_header(tmp_path):
    answers = ask(
        tmp_path, ("here", "/accounts/login/", {"Host": "127.0.0.1", "X-Forwarded-Proto": "https"})
    )

    assert answers == {"here": [200, None, None, False]}
