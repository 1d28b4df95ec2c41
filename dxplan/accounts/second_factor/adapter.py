from allauth.mfa.adapter import DefaultMFAAdapter
from allauth.mfa.models import Authenticator

from dxplan.accounts.second_factor.encryption import decrypted, encrypted
from dxplan.accounts.second_factor.requirement import may_remove

WRONG_CODE = (
    "コードが違うか、使用済みか、間違いが続いたため受け付けを止めています。"
    "5回続けて間違えると、正しいコードでも30秒から15分の間は受け付けません。"
)
LAST_FACTOR = (
    "あなたの役割には二要素認証が必要です。先にほかの方法を登録すると、これを外せるようになります。"
)


class SecondFactorAdapter(DefaultMFAAdapter):
    """What allauth.mfa asks of us: secrets are encrypted, a required factor stays."""

    error_messages = DefaultMFAAdapter.error_messages | {
        "incorrect_code": WRONG_CODE,
        "cannot_delete_authenticator": LAST_FACTOR,
        "cannot_generate_recovery_codes": "先に認証アプリかパスキーを登録してください。",
    }

    def encrypt(self, text):
        return encrypted(text)

    def decrypt(self, encrypted_text):
        return decrypted(encrypted_text)

    def can_delete_authenticator(self, authenticator):
        return may_remove(authenticator)

    def generate_authenticator_name(self, user, type):
        count = Authenticator.objects.filter(user_id=user.pk, type=type).count()
        return f"パスキー{count + 1}"

    def get_public_key_credential_rp_entity(self):
        entity = super().get_public_key_credential_rp_entity()
        return entity | {"name": self.get_totp_issuer()}
