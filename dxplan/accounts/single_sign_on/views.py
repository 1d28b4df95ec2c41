"""To the provider and back."""

import logging
import secrets

from allauth.account.utils import get_next_redirect_url
from allauth.socialaccount.adapter import get_adapter
from allauth.socialaccount.providers.base import AuthProcess
from allauth.socialaccount.providers.oauth2.client import OAuth2Error
from allauth.socialaccount.providers.oauth2.views import OAuth2CallbackView
from django.contrib.auth.decorators import login_not_required
from django.shortcuts import redirect
from django.views.decorators.http import require_GET

from dxplan.accounts.single_sign_on.calls import CallFailed
from dxplan.accounts.single_sign_on.configuration import PROVIDER_ID
from dxplan.accounts.single_sign_on.provider import IssuerAdapter
from dxplan.accounts.single_sign_on.refusals import Refusal, refused

log = logging.getLogger(__name__)


@login_not_required
@require_GET
def start(request):
    """Sends the browser to the provider, with a word that its answer has to repeat."""
    if request.user.is_authenticated:
        return redirect("home")
    nonce = secrets.token_urlsafe(24)
    try:
        return (
            get_adapter()
            .get_provider(request, PROVIDER_ID)
            .redirect(
                request,
                process=AuthProcess.LOGIN,
                next_url=get_next_redirect_url(request),
                data={"nonce": nonce},
                auth_params={"nonce": nonce},
            )
        )
    except (OAuth2Error, CallFailed) as error:
        log.warning("Single sign-on cannot begin: %.300s", error)
        return refused(request, Refusal.AWAY)


@login_not_required
@require_GET
def callback(request):
    """Takes the provider's answer."""
    view = OAuth2CallbackView.adapter_view(IssuerAdapter(request, PROVIDER_ID))
    try:
        return view(request)
    except (KeyError, TypeError, ValueError):  # an answer out of shape, which the library trips on
        log.exception("Single sign-on failed")
        return refused(request, Refusal.FAILED)
