"""Forms that change a plan: with a reason, which is offered again for the next change."""

from django import forms


class ReasonedForm(forms.Form):
    """Input to change `plan`; asks for a reason where the plan is in force."""

    reason = forms.CharField(
        label="変更の理由",
        max_length=1000,
        required=False,
        help_text="実施中の計画なので、変更には理由が必要です。例: 令和8年5月の推進本部会議で決定",
        widget=forms.Textarea(attrs={"rows": 2}),
        error_messages={"max_length": "変更の理由は1,000字以内で入力してください。"},
    )

    def __init__(self, *args, plan, **kwargs):
        super().__init__(*args, **kwargs)
        self.plan = plan
        self.fields["reason"].need = "※変更するときは必須"
        self.reason_field = self.fields["reason"]
        if not plan.is_in_force:
            del self.fields["reason"]

    @property
    def reason_text(self):
        return self.cleaned_data.get("reason", "")

    def ask_for_reason(self):
        """Marks the missing reason; call it when `ReasonNeeded` was raised.

        Also where the plan came into force while the form was open.
        """
        self.fields.setdefault("reason", self.reason_field)
        self.add_error("reason", "実施中の計画の変更には理由が必要です。理由を入力してください。")


def kept_reason(request, plan) -> str:
    """The reason given last for this plan, blank without any.

    One decision usually means many changes; it need not be typed for each.
    """
    return request.session.get(_key(plan), "")


def keep_reason(request, form: ReasonedForm) -> None:
    if form.reason_text:
        request.session[_key(form.plan)] = form.reason_text


def _key(plan):
    return f"reason-{plan.pk}"
