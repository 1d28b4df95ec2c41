import datetime

from django import forms
from django.contrib.auth.forms import SetPasswordForm

from dxplan.accounts.models import DEPARTMENT_ROLES, Department
from dxplan.accounts.people_changes import ENDS_BEFORE_START, NO_SUCH_DEPARTMENT
from dxplan.lib.fiscal_years import FiscalYear, show_date
from dxplan.lib.form_fields import DayField, NameField

NO_SUCH_ROLE = "選択肢にない役割です。選び直してください。"
DEPARTMENT_MISSING = "担当者と課長には、課を選んでください。"
DEPARTMENT_NEEDLESS = "担当者と課長のほかの役割には、課を選びません。"
ROLE_MISSING = "課を選んだときは、役割も選んでください。"
NOTHING_TO_MOVE = "終える役割か、新しい役割を選んでください。"
MOST_NEW_ROLES = 3
DAY_EXAMPLE = "例: 令和8年4月1日、R8.4.1"


def departments_to_choose(town, day):
    """(id, name) of the departments of a town that exist on a day or will, with their limits."""
    if town is None:
        return []
    rows = Department.objects.of_town(town.pk).not_ended(day).order_by("position", "pk")
    return [(row.pk, f"{row.name}{_limits(row, day)}") for row in rows]


def _limits(row, day):
    first = f"{show_date(row.valid_from)}から" if row.begins_after(day) else ""
    last = f"{show_date(row.valid_to)}まで" if row.valid_to else ""
    return f"（{first}{last}）" if first or last else ""


def next_april(day: datetime.date) -> datetime.date:
    """The first day of the next fiscal year: when most people move."""
    return FiscalYear.of(day).next.first_day


class SeenForm(forms.Form):
    """Carries which version the person has before the eyes."""

    seen = forms.IntegerField(widget=forms.HiddenInput, min_value=1, max_value=2_000_000_000)

    @property
    def seen_version(self):
        return self.cleaned_data["seen"]

    def see(self, version):
        """Lets a second sending change what stands now, knowingly."""
        self.data = self.data.copy()
        self.data["seen"] = version

    def refuse(self, error):
        """Shows a ValidationError where it can be put right."""
        if not hasattr(error, "error_dict"):
            self.add_error(None, error)
            return
        for name, problems in error.error_dict.items():
            self.add_error(name if name in self.fields else None, problems)


class PersonNameForm(SeenForm):
    name = NameField(label="氏名", max_length=60)


class RoleFields(forms.Form):
    """One role from one day to another; `roles` may be given, for `departments` (id, name)."""

    role = forms.ChoiceField(label="役割", error_messages={"invalid_choice": NO_SUCH_ROLE})
    department = forms.TypedChoiceField(
        label="課",
        coerce=int,
        empty_value=None,
        required=False,
        help_text="担当者と課長のときに選びます。",
        error_messages={"invalid_choice": NO_SUCH_DEPARTMENT},
    )
    valid_from = DayField(label="開始日", help_text=DAY_EXAMPLE)
    valid_to = DayField(
        label="終了日", required=False, help_text="この日まで有効です。決まっていなければ空けます。"
    )

    def __init__(self, *args, roles, departments, **kwargs):
        super().__init__(*args, **kwargs)
        self.fields["role"].choices = [("", "選択してください"), *role_choices(roles)]
        self.fields["department"].choices = [("", "（なし）"), *departments]
        self.fields["department"].need = "※担当者・課長は必須"

    def clean(self):
        check_department(self, "role", "department")
        first, last = map(self.cleaned_data.get, ("valid_from", "valid_to"))
        if first and last and last < first:
            self.add_error("valid_to", ENDS_BEFORE_START)

    @property
    def typed_role(self) -> dict:
        return role_columns(*map(self.cleaned_data.get, ("role", "department"))) | {
            name: self.cleaned_data[name] for name in ("valid_from", "valid_to")
        }


def role_choices(roles):
    return [(role.value, role.label) for role in roles]


def role_columns(role, department_id):
    return {
        "role": role,
        "department": Department(pk=department_id) if department_id else None,
    }


def check_department(form, role_name, department_name):
    """Says where a department is missing, or makes no sense."""
    role, department = map(form.cleaned_data.get, (role_name, department_name))
    if not role or department_name in form.errors:
        return
    if role in DEPARTMENT_ROLES and department is None:
        form.add_error(department_name, DEPARTMENT_MISSING)
    if role not in DEPARTMENT_ROLES and department is not None:
        form.add_error(department_name, DEPARTMENT_NEEDLESS)


class RoleForm(RoleFields, SeenForm):
    """Another role for a person."""


class NewPersonForm(RoleFields):
    """An account with its first role."""

    username = forms.SlugField(
        label="利用者ID",
        max_length=60,
        help_text="ログインに使います。半角の英小文字・数字・ハイフン。例: kikaku-01",
        error_messages={"invalid": "半角の英字、数字、ハイフン、下線で入力してください。"},
    )
    name = NameField(label="氏名", max_length=60)

    field_order = ["username", "name"]
    refuse = SeenForm.refuse

    def clean_username(self):
        return self.cleaned_data["username"].lower()


class RoleEndForm(SeenForm):
    """The last day of a role."""

    valid_to = DayField(
        label="終了日",
        required=False,
        help_text=f"この日まで有効です。空けると、期限がなくなります。{DAY_EXAMPLE}",
    )


class MoveForm(SeenForm):
    """人事異動: which of a person's `roles` end on the day before, and what begins on the day."""

    first_day = DayField(
        label="異動日",
        help_text=f"この日の午前0時に切り替わります。{DAY_EXAMPLE}",
    )
    ending = forms.TypedMultipleChoiceField(
        label="異動日の前日で終える役割",
        coerce=int,
        required=False,
        widget=forms.CheckboxSelectMultiple,
        error_messages={"invalid_choice": NO_SUCH_ROLE},
    )

    def __init__(self, *args, held, roles, departments, **kwargs):
        super().__init__(*args, **kwargs)
        self.fields["ending"].choices = [(row.id, f"{row.text} {row.period}") for row in held]
        for place in range(1, MOST_NEW_ROLES + 1):
            self._add_role(place, roles, departments)

    def _add_role(self, place, roles, departments):
        self.fields[f"role_{place}"] = forms.ChoiceField(
            label=f"{place}つ目の役割",
            required=False,
            choices=[("", "（なし）"), *role_choices(roles)],
            error_messages={"invalid_choice": NO_SUCH_ROLE},
        )
        self.fields[f"department_{place}"] = forms.TypedChoiceField(
            label=f"{place}つ目の課",
            coerce=int,
            empty_value=None,
            required=False,
            choices=[("", "（なし）"), *departments],
            error_messages={"invalid_choice": NO_SUCH_DEPARTMENT},
        )

    def clean(self):
        for role, department in self._names():
            check_department(self, role, department)
            if self.cleaned_data.get(department) and not self.cleaned_data.get(role):
                self.add_error(role, ROLE_MISSING)
        if not self.errors and not self.cleaned_data["ending"] and not self.typed_roles:
            self.add_error(None, NOTHING_TO_MOVE)

    def _names(self):
        return [(f"role_{place}", f"department_{place}") for place in range(1, MOST_NEW_ROLES + 1)]

    @property
    def role_fields(self):
        """The fields of each new role."""
        return [[self[name] for name in names] for names in self._names()]

    @property
    def typed_roles(self) -> list[dict]:
        pairs = [tuple(map(self.cleaned_data.get, names)) for names in self._names()]
        return [role_columns(*pair) for pair in pairs if pair[0]]


class InviteForm(SetPasswordForm):
    """A person's own new password, typed twice."""

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        first, second = self.fields["new_password1"], self.fields["new_password2"]
        first.label, second.label = "新しいパスワード", "新しいパスワード（確認）"
        first.help_text = "12文字以上。推測されやすい語や、利用者IDに似た語は使えません。"
        second.help_text = "確認のため、もう一度入力してください。"
        first.max_length = second.max_length = 200
