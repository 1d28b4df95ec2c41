from django import forms

from dxplan.accounts.models import Department
from dxplan.lib.spreadsheets.limits import MEGABYTE, MOST_BYTES

LIMIT = MOST_BYTES // MEGABYTE


class EntryUploadForm(forms.Form):
    """The filled-in workbook."""

    file = forms.FileField(
        label="入力したファイル",
        help_text=f"Excelのファイル（.xlsx、{LIMIT}MBまで）を選んでください。",
        allow_empty_file=True,
        error_messages={"required": "ファイルを選んでください。"},
        widget=forms.FileInput(attrs={"accept": ".xlsx"}),
    )


class DepartmentForm(forms.Form):
    """Whose lines the workbook has; without a choice all that this person may enter."""

    department = forms.ModelChoiceField(
        label="担当課", queryset=Department.objects.none(), required=False, empty_label="すべて"
    )

    def __init__(self, *args, department_ids, **kwargs):
        super().__init__(*args, **kwargs)
        self.fields["department"].queryset = Department.objects.filter(pk__in=department_ids)
