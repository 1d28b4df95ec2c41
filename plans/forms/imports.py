from django import forms

from dxplan.accounts.models import Department
from dxplan.lib.form_fields import WorkbookField


class EntryUploadForm(forms.Form):
    """The filled-in workbook."""

    file = WorkbookField(label="入力したファイル")


class DepartmentForm(forms.Form):
    """Whose lines the workbook has; without a choice all that this person may enter."""

    department = forms.ModelChoiceField(
        label="担当課", queryset=Department.objects.none(), required=False, empty_label="すべて"
    )

    def __init__(self, *args, department_ids, **kwargs):
        super().__init__(*args, **kwargs)
        self.fields["department"].queryset = Department.objects.filter(pk__in=department_ids)
