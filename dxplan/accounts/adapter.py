from allauth.account.adapter import DefaultAccountAdapter


class AccountAdapter(DefaultAccountAdapter):
    """What allauth asks of us: nobody signs up, and every refused login reads the same."""

    REFUSAL = (
        "利用者IDかパスワードが違うか、間違いが続いたため受け付けを止めています。"
        "5回続けて間違えると、正しいパスワードでも30秒から15分の間は受け付けません。"
    )
    error_messages = DefaultAccountAdapter.error_messages | {"username_password_mismatch": REFUSAL}

    def is_open_for_signup(self, request):
        return False
