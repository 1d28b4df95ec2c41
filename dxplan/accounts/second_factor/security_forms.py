from django import forms

from dxplan.accounts.models import Role, TownSecurity
from dxplan.lib.names import refuse_unseen

NEEDS_HTTPS = (
    "この接続は https ではないため、パスキーだけでは登録できない人が出ます。"
    "必須にする役割があるときは、認証アプリも使えるようにしてください。"
)


class TownSecurityForm(forms.ModelForm):
    """What a town offers, and of which roles it asks it."""

    required_roles = forms.MultipleChoiceField(
        label="二要素認証を必須にする役割",
        choices=Role.choices,
        required=False,
        widget=forms.CheckboxSelectMultiple,
        help_text="登録していない人は、次にログインしたときに登録の画面へ案内され、登録するまでほかの画面を使えません。",
    )
    seen = forms.IntegerField(widget=forms.HiddenInput)

    class Meta:
        model = TownSecurity
        fields = ["offers_totp", "offers_passkeys", "required_roles"]
        help_texts = {
            "offers_totp": "スマートフォンのアプリが示す6桁の数字。",
            "offers_passkeys": "PCの顔・指紋・PINや、USBのキー。https の接続で使えます。",
        }

    def __init__(self, *args, is_secure, **options):
        super().__init__(*args, **options)
        self.is_secure = is_secure
        self.initial.setdefault("seen", self.instance.version)

    def clean(self):
        given = super().clean()
        only_passkeys = given.get("offers_passkeys") and not given.get("offers_totp")
        if given.get("required_roles") and only_passkeys and not self.is_secure:
            raise forms.ValidationError(NEEDS_HTTPS)
        return given


class FactorRemovalForm(forms.Form):
    reason = forms.CharField(
        label="解除の理由",
        max_length=500,
        validators=[refuse_unseen],
        help_text="記録に残ります。例: スマートフォンの紛失（本人から電話で申し出、所属長に確認）",
    )
