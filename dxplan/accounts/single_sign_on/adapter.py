import logging

from allauth.core.exceptions import ImmediateHttpResponse
from allauth.socialaccount.adapter import DefaultSocialAccountAdapter
from allauth.socialaccount.providers.base import AuthError
from django.conf import settings

from dxplan.accounts.models import User
from dxplan.accounts.single_sign_on.calls import CallFailed, IssuerSession
from dxplan.accounts.single_sign_on.refusals import Refusal, refused
from dxplan.accounts.single_sign_on.tokens import Unbelievable, check_nonce

log = logging.getLogger(__name__)


class SingleSignOnAdapter(DefaultSocialAccountAdapter):
    """Lets in who has an active account of the name that the provider says, and nobody else."""

    def is_open_for_signup(self, request, sociallogin):
        return False

    def get_requests_session(self):
        return IssuerSession(settings.SINGLE_SIGN_ON)

    def pre_social_login(self, request, sociallogin):
        claims = sociallogin.account.extra_data["id_token"]
        try:
            check_nonce(claims, (sociallogin.state.get("data") or {}).get("nonce", ""))
        except Unbelievable as error:
            _refuse(request, Refusal.FAILED, error)
        user = _user_of(claims.get(settings.SINGLE_SIGN_ON.username_claim))
        if user is None:
            _refuse(request, Refusal.UNKNOWN, "no active account of the name that it gives")
        sociallogin.user = user
        sociallogin.token = None  # nothing is asked of the provider later

    def on_authentication_error(
        self, request, provider, error=None, exception=None, extra_context=None
    ):
        if error == AuthError.CANCELLED:
            _refuse(request, Refusal.CANCELLED, "cancelled")
        is_away = isinstance(exception, CallFailed)
        _refuse(request, Refusal.AWAY if is_away else Refusal.FAILED, exception or error)


def _user_of(username):
    if not isinstance(username, str) or not username or "\0" in username:
        return None
    return User.objects.filter(username=username, is_active=True).first()


def _refuse(request, refusal, cause):
    log.warning("Single sign-on refused (%s): %.300s", refusal.name.lower(), cause)
    raise ImmediateHttpResponse(refused(request, refusal))
