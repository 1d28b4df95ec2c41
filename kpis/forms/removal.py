"""Yes to removing a KPI as it was shown."""

from django import forms

from plans.reasoned import ReasonedForm

CHANGED = "他の人が先に変更しました。今の内容を確かめてから、もう一度「削除する」を押してください。"


class RemoveForm(ReasonedForm):
    """Carries the `version` that the person has before the eyes."""

    version = forms.IntegerField(widget=forms.HiddenInput, required=False, min_value=0)

    def see(self, version):
        """Lets a second sending remove what stands now, knowingly."""
        self.data = self.data.copy()
        self.data["version"] = version
        self.add_error(None, CHANGED)
