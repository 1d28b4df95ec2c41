import pytest

from dxplan.accounts.second_factor.encryption import Undecipherable, decrypted, encrypted
from tests.second_factors import code_of


def test_secret_is_read_back():
    assert decrypted(encrypted("JBSWY3DPEHPK3PXP")) == "JBSWY3DPEHPK3PXP"


def test_same_secret_looks_different_every_time():
    assert encrypted("JBSWY3DPEHPK3PXP") != encrypted("JBSWY3DPEHPK3PXP")


def test_secret_of_an_earlier_key_is_read(settings):
    text = encrypted("JBSWY3DPEHPK3PXP")
    settings.SECRET_KEY_FALLBACKS = [settings.SECRET_KEY]
    settings.SECRET_KEY = "another"

    assert decrypted(text) == "JBSWY3DPEHPK3PXP"


@pytest.mark.parametrize("text", ["", "JBSWY3DPEHPK3PXP"])
def test_text_that_was_not_encrypted_is_not_read(text):
    with pytest.raises(Undecipherable):
        decrypted(text)


def test_secret_of_another_site_is_not_read(settings):
    text = encrypted("JBSWY3DPEHPK3PXP")
    settings.SECRET_KEY = "another"

    with pytest.raises(Undecipherable):
        decrypted(text)


def test_database_holds_no_secret_in_clear(client, log_in, person, secret, app, recovery_codes):
    assert secret not in str(app.data)
    log_in(person)
    client.post("/accounts/second-factor/login/", {"code": code_of(secret)})
    client.post("/accounts/second-factor/app/remove/")

    shown = client.get("/accounts/second-factor/app/").context["form"].secret

    assert len(shown) == 32
    assert shown not in str(dict(client.session))
