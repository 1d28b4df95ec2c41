import time

from allauth.account import app_settings
from allauth.account.adapter import DefaultAccountAdapter
from allauth.account.internal.flows.login import get_authentication_records
from allauth.core import context
from django.contrib import messages
from django.shortcuts import redirect
from django.urls import reverse

from dxplan.accounts.second_factor.requirement import VOUCHED_FOR
from dxplan.accounts.single_sign_on.vouching import vouches_for_second_factor

PAUSES = "5回続けて間違えると、正しいパスワードでも30秒から15分の間は受け付けません。"


class AccountAdapter(DefaultAccountAdapter):
    """What allauth asks of us: nobody signs up, and every refused login reads the same."""

    REFUSAL = "利用者IDかパスワードが違うか、間違いが続いたため受け付けを止めています。" + PAUSES
    OLD_PASSWORD_REFUSAL = (
        "今のパスワードが違うか、間違いが続いたため受け付けを止めています。" + PAUSES
    )
    error_messages = DefaultAccountAdapter.error_messages | {
        "username_password_mismatch": REFUSAL,
        "enter_current_password": OLD_PASSWORD_REFUSAL,
        "incorrect_password": REFUSAL.removeprefix("利用者IDか"),
    }

    def respond_user_inactive(self, request, user):
        messages.error(request, "この利用者は停止されています。DX推進担当に連絡してください。")
        return redirect("login")

    def get_login_stages(self):
        ours = "dxplan.accounts.second_factor.stages.SecondFactorStage"
        stages = super().get_login_stages()
        return [ours if stage.endswith(".AuthenticateStage") else stage for stage in stages]

    def post_login(self, request, user, *, signal_kwargs, **more):
        request.session[VOUCHED_FOR] = vouches_for_second_factor(signal_kwargs)
        return super().post_login(request, user, signal_kwargs=signal_kwargs, **more)

    def is_reauthentication_required(self, *, app, **more):
        """Who logged in a moment ago, in whatever way, is not asked again."""
        return super().is_reauthentication_required(app=app) and not _logged_in_just_now()

    def get_reauthentication_methods(self, user):
        labels = {
            "reauthenticate": "パスワードで確認する",
            "mfa_reauthenticate": "コードで確認する",
            "mfa_reauthenticate:webauthn": "パスキーで確認する",
        }
        methods = super().get_reauthentication_methods(user)
        return [method | {"description": labels[method["id"]]} for method in methods]

    def is_open_for_signup(self, request):
        return False

    def get_password_change_redirect_url(self, request):
        return reverse("home")


def _logged_in_just_now():
    request = context.request
    records = get_authentication_records(request, request.user)
    age = time.time() - max((record["at"] for record in records), default=0)
    return age < app_settings.REAUTHENTICATION_TIMEOUT
