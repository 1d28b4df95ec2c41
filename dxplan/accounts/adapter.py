from allauth.account.adapter import DefaultAccountAdapter
from django.urls import reverse

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
    }

    def is_open_for_signup(self, request):
        return False

    def get_password_change_redirect_url(self, request):
        return reverse("home")
