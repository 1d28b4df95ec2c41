"""People with passwords and authenticator apps."""

import pytest
from allauth.mfa.recovery_codes.internal.auth import RecoveryCodes
from allauth.mfa.totp.internal.auth import TOTP, generate_totp_secret

from dxplan.accounts.models import TownSecurity
from tests.factories import make_person
from tests.second_factors import PASSWORD


@pytest.fixture(autouse=True)
def quick_passwords(settings):
    """The site's own hasher takes a fifth of a second, on purpose."""
    settings.PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]


@pytest.fixture
def person(town):
    person = make_person("kikaku-01", town, role="auditor")
    person.set_password(PASSWORD)
    person.save()
    return person


@pytest.fixture
def log_in(client):
    """Posts the login form: `log_in(person)`, `log_in(person, next="/plans/1/")`."""

    def log_in(person, **more):
        given = {"username": person.username, "password": PASSWORD}
        return client.post("/accounts/login/", given | more)

    return log_in


@pytest.fixture
def secret():
    return generate_totp_secret()


@pytest.fixture
def app(person, secret):
    """The authenticator app of the person."""
    return TOTP.activate(person, secret).instance


@pytest.fixture
def recovery_codes(person, app):
    return RecoveryCodes.activate(person).generate_codes()


@pytest.fixture
def require_of(town):
    """Lets the town ask a second factor of roles."""
    return lambda *roles: TownSecurity.objects.create(municipality=town, required_roles=roles)
