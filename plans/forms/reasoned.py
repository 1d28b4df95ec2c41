from django import forms


class ReasonedForm(forms.Form):
    """Input to change `plan`; asks for a reason where the plan is in force."""

    reason = forms.CharField(
        label="変更の理由",
        max_length=1000,
        required=False,
        help_text="実施中の計画を変えるときに記録します。例: 令和8年5月の推進本部会議で決定",
        widget=forms.Textarea(attrs={"rows": 2}),
        error_messages={"max_length": "変更の理由は1,000字以内で入力してください。"},
    )

    def __init__(self, *args, plan, **kwargs):
        super().__init__(*args, **kwargs)
        self.plan = plan
        if not plan.is_in_force:
            del self.fields["reason"]

    @property
    def reason_text(self):
        return self.cleaned_data.get("reason", "")

    def ask_for_reason(self):
        """Marks the missing reason; call it when `ReasonNeeded` was raised."""
        self.add_error("reason", "実施中の計画の変更には理由が必要です。理由を入力してください。")
