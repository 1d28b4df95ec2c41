from allauth.account.adapter import DefaultAccountAdapter


class AccountAdapter(DefaultAccountAdapter):
    """What allauth asks of us: nobody signs up, and every refused login reads the same."""

    REFUSAL = "利用者IDかパスワードが違います。もう一度入力してください。"
    error_messages = DefaultAccountAdapter.error_messages | {"username_password_mismatch": REFUSAL}

    def is_open_for_signup(self, request):
        return False
