"""The form of a quarterly note."""

from django import forms

from actionplans.forms.fields import NOT_HERE
from dxplan.lib.form_fields import LongTextField

CHOICES = [("1", "予定どおり"), ("0", "遅れあり")]


class NoteForm(forms.Form):
    is_on_time = forms.TypedChoiceField(
        label="進み具合",
        choices=CHOICES,
        coerce=lambda text: text == "1",
        widget=forms.RadioSelect,
        error_messages={"invalid_choice": NOT_HERE, "required": "どちらかを選んでください。"},
    )
    text = LongTextField(
        label="報告",
        help_text="この四半期に進んだこと、遅れた理由、次の四半期の予定を一段落で書きます。",
    )
    version = forms.IntegerField(widget=forms.HiddenInput, required=False, min_value=0)

    @property
    def shown(self):
        """What was typed, in words, by label."""
        return in_words(self.cleaned_data["is_on_time"], self.cleaned_data["text"])

    def see(self, version):
        """Lets a second sending replace what stands now, knowingly."""
        self.data = self.data.copy()
        self.data["version"] = version


def in_words(is_on_time, text):
    return {"進み具合": dict(CHOICES)["1" if is_on_time else "0"], "報告": text}


def note_in_words(note):
    return in_words(note.is_on_time, note.text) if note else {"進み具合": "", "報告": ""}


def initial_of(note):
    if note is None:
        return {"version": 0}
    return {"is_on_time": int(note.is_on_time), "text": note.text, "version": note.version}
