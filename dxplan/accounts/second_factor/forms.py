from allauth.account import forms as account_forms
from allauth.core import context
from allauth.mfa.base import forms as base_forms
from allauth.mfa.base.internal.flows import post_authentication
from allauth.mfa.models import Authenticator
from allauth.mfa.totp.internal.auth import generate_totp_secret
from allauth.mfa.webauthn import forms as passkey_forms
from django import forms
from django.contrib import messages

from dxplan.accounts.addresses import address_of
from dxplan.accounts.second_factor.adapter import WRONG_CODE
from dxplan.accounts.second_factor.codes import authenticator_of_code, counter_of
from dxplan.accounts.second_factor.encryption import Undecipherable, decrypted, encrypted
from dxplan.lib.form_fields import NameField
from dxplan.lib.numbers import half_width

NEW_SECRET = "second-factor-new-secret"  # in a session while the app is being registered
LONGEST_CREDENTIAL = 20_000
UNREADABLE = "パスキーを確かめられませんでした。もう一度試してください。"
MALFORMED = (TypeError, ValueError, KeyError, AttributeError)


def code_field(label, help_text):
    attributes = {"autofocus": True, "autocomplete": "one-time-code", "inputmode": "numeric"}
    return forms.CharField(
        label=label, max_length=40, help_text=help_text, widget=forms.TextInput(attrs=attributes)
    )


class CodeForm(base_forms.BaseAuthenticateForm):
    """The app's code or a recovery code, at login."""

    reauthenticated = False
    code = code_field("コード", "認証アプリに表示された6桁の数字、または8桁の予備コード。")

    def clean_code(self):
        code = half_width(self.cleaned_data["code"])
        found = authenticator_of_code(self.user, code, address_of(context.request))
        if found is None:
            raise forms.ValidationError(WRONG_CODE, code="incorrect_code")
        self.authenticator = found
        return code

    def save(self):
        post_authentication(
            context.request, self.authenticator, reauthenticated=self.reauthenticated
        )
        if self.authenticator.type == Authenticator.Type.RECOVERY_CODES:
            left = len(self.authenticator.wrap().get_unused_codes())
            messages.warning(context.request, f"予備コードを1つ使いました。残りは{left}個です。")


class CodeAgainForm(CodeForm):
    """The same before something that matters."""

    reauthenticated = True


class PasswordAgainForm(account_forms.ReauthenticateForm):
    password = forms.CharField(
        label="パスワード",
        strip=False,
        max_length=200,
        widget=forms.PasswordInput(attrs={"autofocus": True, "autocomplete": "current-password"}),
    )


class ActivateTotpForm(forms.Form):
    """The first code of a new app shows that it holds the secret of the page."""

    code = code_field("認証アプリに表示された6桁のコード", "")

    def __init__(self, *args, user, **options):
        super().__init__(*args, **options)
        self.secret = secret_of_session(context.request.session, is_new=not self.is_bound)

    def clean_code(self):
        code = half_width(self.cleaned_data["code"])
        self.counter = counter_of(self.secret, code)
        if self.counter is None:
            raise forms.ValidationError(
                "コードが違います。今表示されている6桁の数字を入力してください。"
                "何度も違うときは、スマートフォンの時刻が合っているか確かめてください。"
            )
        return code


def secret_of_session(session, *, is_new):
    """The secret that the page shows until the app is registered."""
    kept = session.get(NEW_SECRET)
    if kept and not is_new:
        try:
            return decrypted(kept)
        except Undecipherable:
            pass  # the site's key was changed meanwhile: the code will not fit, and is told so
    secret = generate_totp_secret()
    session[NEW_SECRET] = encrypted(secret)
    return secret


class CredentialField(forms.JSONField):
    """What the browser says of a passkey; a script fills it in."""

    widget = forms.HiddenInput
    default_error_messages = {"required": UNREADABLE, "invalid": UNREADABLE}

    def to_python(self, value):
        if not value or len(value) > LONGEST_CREDENTIAL:
            raise forms.ValidationError(UNREADABLE, code="invalid")
        try:
            found = super().to_python(value)
        except RecursionError:
            found = None
        if not isinstance(found, dict):
            raise forms.ValidationError(UNREADABLE, code="invalid")
        return found

    def bound_data(self, data, initial):
        return None  # no answer of a device is sent twice


class AddPasskeyForm(passkey_forms.AddWebAuthnForm):
    name = NameField(
        label="名前", max_length=40, required=False, help_text="例: 職場のPC、セキュリティキー"
    )
    credential = CredentialField()
    passwordless = forms.BooleanField(
        label="パスワードなしのログインにも使う",
        required=False,
        initial=True,
        help_text="指紋、顔、PINで本人を確かめる装置だけで使えます。",
    )

    def clean(self):
        try:
            return super().clean()
        except MALFORMED:
            raise forms.ValidationError(UNREADABLE, code="invalid") from None


class PasskeyForm(passkey_forms.AuthenticateWebAuthnForm):
    credential = CredentialField()

    def clean_credential(self):
        try:
            return super().clean_credential()
        except MALFORMED:
            raise forms.ValidationError(UNREADABLE, code="invalid") from None


class PasskeyAgainForm(PasskeyForm):
    reauthenticated = True


class PasskeyLoginForm(PasskeyForm, passkey_forms.LoginWebAuthnForm):
    """Login with a passkey alone."""

    passwordless = True


class RenamePasskeyForm(passkey_forms.EditWebAuthnForm):
    name = NameField(label="名前", max_length=40)
