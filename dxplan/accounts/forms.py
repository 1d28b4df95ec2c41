from allauth.account import forms as allauth_forms
from allauth.account.adapter import get_adapter
from allauth.account.fields import SetPasswordField
from django import forms
from django.contrib.auth.password_validation import validate_password

from dxplan.accounts.models import Municipality, User
from dxplan.lib.names import refuse_unseen

PASSWORD_HELP = (
    "12文字以上。町の名前、氏名、よく使われる言葉をもとにしたものは使えません。"
    "関係のない言葉をいくつか並べると、長くても覚えやすくなります。"
)
LONGEST_PASSWORD = 200


def password_field(label, *, autocomplete, help_text=""):
    return forms.CharField(
        label=label,
        strip=False,
        max_length=LONGEST_PASSWORD,
        help_text=help_text,
        widget=forms.PasswordInput(attrs={"autocomplete": autocomplete}),
    )


class LoginForm(allauth_forms.LoginForm):
    """Login by username; its field is posted as `username`, as programs know it."""

    def __init__(self, *args, **options):
        super().__init__(*args, **options)
        self.fields["login"] = forms.CharField(
            label="利用者ID",
            max_length=60,
            widget=forms.TextInput(attrs={"autofocus": True, "autocomplete": "username"}),
        )
        self.fields["password"] = password_field("パスワード", autocomplete="current-password")

    def add_prefix(self, field_name):
        return super().add_prefix("username" if field_name == "login" else field_name)


class ChangePasswordForm(allauth_forms.ChangePasswordForm):
    """One's own password; tries at the old one are counted like tries to log in."""

    oldpassword = password_field("今のパスワード", autocomplete="current-password")
    password1 = SetPasswordField(
        label="新しいパスワード", max_length=LONGEST_PASSWORD, help_text=PASSWORD_HELP
    )
    password2 = password_field("新しいパスワード（もう一度）", autocomplete="new-password")

    def __init__(self, *args, **options):
        super().__init__(*args, **options)
        del self.fields["password1"].widget.attrs["placeholder"]

    def clean_oldpassword(self):
        password = self.cleaned_data["oldpassword"]
        adapter = get_adapter()
        if not adapter.reauthenticate(self.user, password):
            raise adapter.validation_error("enter_current_password")
        return password


class SetupForm(forms.ModelForm):
    """The first town and the account of its first administrator."""

    username = forms.SlugField(
        label="利用者ID", max_length=60, help_text="半角の英字、数字、ハイフン。例: kikaku-01"
    )
    person_name = forms.CharField(label="氏名", max_length=60, validators=[refuse_unseen])
    password = password_field("パスワード", autocomplete="new-password", help_text=PASSWORD_HELP)

    class Meta:
        model = Municipality
        fields = ["code", "name", "kana", "prefecture"]
        help_texts = {"code": "検査数字を含む6桁。例: 285854", "prefecture": "例: 兵庫県"}

    def clean_password(self):
        typed = {name: self.cleaned_data.get(name, "") for name in self.fields}
        town = Municipality(name=typed["name"], kana=typed["kana"], prefecture=typed["prefecture"])
        user = User(username=typed["username"], name=typed["person_name"], municipality=town)
        validate_password(typed["password"], user)
        return typed["password"]
