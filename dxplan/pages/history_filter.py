"""What of a history is asked for. The conditions live in the address."""

from urllib.parse import urlencode

from django import forms

from dxplan.accounts.trail.scope import BY_COMMANDS, Asked
from dxplan.lib.address_filter import LONGEST_QUERY, NO_SUCH_CHOICE
from dxplan.lib.form_fields import DayField

REFUSED = {"invalid_choice": NO_SUCH_CHOICE}


class Day(forms.TextInput):
    """Room for a day as offices write it."""

    def __init__(self):
        super().__init__(attrs={"size": 12})


class HistoryForm(forms.Form):
    q = forms.CharField(label="内容・理由に含む語", max_length=LONGEST_QUERY, required=False)
    person = forms.ChoiceField(label="変更した人", required=False, error_messages=REFUSED)
    kind = forms.ChoiceField(label="対象の種類", required=False, error_messages=REFUSED)
    since = DayField(label="この日から（例: R8.4.1）", required=False, widget=Day())
    until = DayField(label="この日まで", required=False, widget=Day())


class HistoryFilter:
    """The conditions of an address; one that cannot be read is told and does not filter.

    `people` are users to choose from, None where it is settled who; `subjects` are kinds of things.
    """

    def __init__(self, data, *, people, subjects):
        self.data, self.form = data, HistoryForm(data)
        kinds = [(subject.slug, subject.label) for subject in subjects]
        self.form.fields["kind"].choices = [("", "すべて"), *kinds]
        if people is None:
            del self.form.fields["person"]
        else:
            named = [(str(user.pk), user.name) for user in people]
            by_commands = (BY_COMMANDS, "システム")
            self.form.fields["person"].choices = [("", "すべて"), *named, by_commands]
        self.form.is_valid()

    @property
    def asked(self) -> Asked:
        given = self.form.cleaned_data
        person = given.get("person", "")
        return Asked(
            by=int(person) if person.isdigit() else person or None,
            since=given.get("since"),
            until=given.get("until"),
            slug=given.get("kind", ""),
            words=given.get("q", ""),
        )

    @property
    def kept(self):
        return []

    @property
    def is_active(self):
        return any(self.data.get(name) for name in self.form.fields)

    @property
    def clear_url(self):
        return "?"

    @property
    def query(self) -> str:
        """The conditions as they stand in the address, without the page."""
        pairs = [(name, self.data.get(name, "")) for name in self.form.fields]
        return urlencode([(name, value) for name, value in pairs if value])
