from django import forms

from kpis.tables import CHOOSABLE_COLUMNS, USUAL_COLUMNS

NO_SUCH_COLUMN = "選択肢にない列です。標準の列を表示しています。"


class ColumnsForm(forms.Form):
    """Which columns the list of KPIs shows beside the name, kept in the address."""

    columns = forms.MultipleChoiceField(
        label="表示する列",
        choices=CHOOSABLE_COLUMNS,
        required=False,
        widget=forms.CheckboxSelectMultiple,
        error_messages={"invalid_choice": NO_SUCH_COLUMN},
    )

    def __init__(self, address):
        self.address = address
        super().__init__({"columns": address.getlist("columns") or USUAL_COLUMNS})

    @property
    def chosen(self):
        """The columns of the address, the usual ones where it names none or others than ours."""
        return self.cleaned_data["columns"] if self.is_valid() else USUAL_COLUMNS

    @property
    def kept(self):
        """(name, value) pairs of the address that are not about columns."""
        return [
            (name, value)
            for name, values in self.address.lists()
            if name != "columns"
            for value in values
        ]
