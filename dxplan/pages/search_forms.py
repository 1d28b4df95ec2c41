from django import forms

LONGEST_QUERY = 100


class SearchForm(forms.Form):
    """What to look for, and in which plan where there are several."""

    q = forms.CharField(
        label="探す言葉",
        max_length=LONGEST_QUERY,
        required=False,
        widget=forms.TextInput(attrs={"type": "search"}),
    )
    plan = forms.TypedChoiceField(
        label="計画",
        coerce=int,
        empty_value=None,
        required=False,
        error_messages={"invalid_choice": "選択肢にない計画です。すべての計画から探しました。"},
    )

    def __init__(self, data, plans):
        super().__init__(data)
        choices = [(plan.pk, str(plan)) for plan in plans]
        self.fields["plan"].choices = [("", "すべての計画"), *choices]
        if len(choices) < 2:
            del self.fields["plan"]
