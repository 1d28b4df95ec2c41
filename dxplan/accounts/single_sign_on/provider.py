"""OpenID Connect as allauth speaks it, with tokens that are always checked."""

from functools import cached_property

from allauth.socialaccount.adapter import get_adapter
from allauth.socialaccount.providers.oauth2.client import OAuth2Error
from allauth.socialaccount.providers.openid_connect.provider import OpenIDConnectProvider
from allauth.socialaccount.providers.openid_connect.views import OpenIDConnectOAuth2Adapter
from django.conf import settings
from django.urls import reverse

from dxplan.accounts.single_sign_on.tokens import Unbelievable, verified_claims

ENDPOINTS = ("authorization_endpoint", "token_endpoint", "jwks_uri")


class IssuerAdapter(OpenIDConnectOAuth2Adapter):
    """Reads the provider's description, and who logged in there."""

    @cached_property
    def openid_config(self):
        found = self._read(self.get_provider().server_url)
        issuer = found.get("issuer")
        if not isinstance(issuer, str) or issuer.rstrip("/") != self._sso.issuer.rstrip("/"):
            raise OAuth2Error(f"The provider calls itself {issuer!r}")
        if not all(isinstance(found.get(name), str) for name in ENDPOINTS):
            raise OAuth2Error("The provider's description is incomplete")
        return found

    def complete_login(self, request, app, token, response, **more):
        claims = self._claims(response.get("id_token"))
        if self._sso.username_claim not in claims and "userinfo_endpoint" in self.openid_config:
            claims = self._userinfo(token, claims) | claims
        return self.get_provider().sociallogin_from_response(request, {"id_token": claims})

    def get_callback_url(self, request, app):
        return request.build_absolute_uri(reverse("sso_callback"))

    @property
    def _sso(self):
        return settings.SINGLE_SIGN_ON

    def _claims(self, token):
        try:
            return verified_claims(
                token,
                keys=self._read(self.openid_config["jwks_uri"]),
                issuer=self.openid_config["issuer"],
                client_id=self._sso.client_id,
            )
        except Unbelievable as error:
            raise OAuth2Error(str(error)) from error

    def _userinfo(self, token, claims):
        found = self._read(self.profile_url, headers={"Authorization": f"Bearer {token.token}"})
        if found.get("sub") != claims["sub"]:
            raise OAuth2Error("The user information is about somebody else")
        return found

    def _read(self, url, **options):
        """A JSON object of the provider's."""
        with get_adapter().get_requests_session() as session:
            response = session.get(url, **options)
        response.raise_for_status()
        found = response.json()
        if not isinstance(found, dict):
            raise OAuth2Error(f"{url} gave no JSON object")
        return found


class IssuerProvider(OpenIDConnectProvider):
    oauth2_adapter_class = IssuerAdapter

    def extract_email_addresses(self, data):
        return []

    def extract_common_fields(self, data):
        return {}  # an account is found by its username, never made or changed


provider_classes = [IssuerProvider]
