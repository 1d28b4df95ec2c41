"""The one way out: to the configured provider, and to nobody else."""

import requests
from allauth.socialaccount.providers.oauth2.client import OAuth2Error

from dxplan.accounts.single_sign_on.configuration import SingleSignOn, origin_of

SECONDS = 5
CallFailed = requests.RequestException


class IssuerSession(requests.Session):
    """Calls the provider's own origin, follows no redirect, uses no proxy of the environment."""

    def __init__(self, sso: SingleSignOn):
        super().__init__()
        self.sso = sso
        self.trust_env = False
        if sso.ca_file:
            self.verify = sso.ca_file

    def request(self, method, url, **options):
        try:
            is_ours = origin_of(url) == self.sso.origin
        except ValueError:
            is_ours = False
        if not is_ours:
            raise OAuth2Error(f"{url} is not at the issuer {self.sso.issuer}")
        options |= {"timeout": SECONDS, "allow_redirects": False}
        response = super().request(method, url, **options)
        if response.is_redirect:
            raise OAuth2Error(f"{url} redirects")
        return response
