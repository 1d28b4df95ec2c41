"""Form fields for when a figure was taken, and what a reader says of typed texts."""

from dataclasses import dataclass

from dxplan.lib.form_fields import ReadField
from dxplan.lib.many_forms import SharingForm
from kpis.figures import read_as
from kpis.taken_at import UNKNOWN_TIME, TakenTime, read_taken, taken_text


class TakenField(ReadField):
    """時点: read from 令和6年度 or R7.3末, kept as a TakenTime."""

    def to_python(self, value):
        return super().to_python(value) or UNKNOWN_TIME

    def validate(self, value):
        """A 時点 is never required."""

    def read(self, text):
        return read_taken(text)

    def prepare_value(self, value):
        return taken_text(*value) if isinstance(value, TakenTime) else value


@dataclass(frozen=True)
class Question:
    """What a reader asks about the text in a field; `typed` is what a yes confirms."""

    name: str
    text: str
    typed: str
    is_confirmed: bool


@dataclass(frozen=True)
class FieldCheck:
    """A field with what is said below it: its errors, how it was read, what is asked about it."""

    field: object
    echo: str
    question: Question | None
    is_live: bool


class AskingForm(SharingForm):
    """Shows how typed texts are read, and asks back where one has two meanings.

    The answer comes as the text itself. `live` names the fields that are checked while one types.
    """

    live = ()

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        self.questions, self.readings = {}, {}

    def filled(self, data=None, **options):
        form = super().filled(data, **options)
        form.questions, form.readings = {}, {}
        return form

    def ask(self, name, question):
        """Refuses a field until its question is answered with yes for exactly this text."""
        if not question:
            return
        self.questions[name] = question
        if not self.is_confirmed(name):
            self.add_error(name, "確認が必要です。下の質問に答えてください。")

    def is_confirmed(self, name) -> bool:
        return self.data.get(f"confirmed_{name}") == self.data.get(name)

    def question_of(self, name):
        """The Question about a field, None where there is none."""
        if name not in self.questions:
            return None
        return Question(name, self.questions[name], self.data.get(name), self.is_confirmed(name))

    def note_reading(self, name, shown):
        """Keeps how the text of a field was read, to show it unless it was typed just so."""
        typed = (self.data.get(name) or "").strip()
        if typed and shown and typed != shown:
            self.readings[name] = read_as(typed, shown)

    def note_value(self, name):
        """The same for a field that reads and shows by itself, such as a 時点."""
        if name in self.cleaned_data:
            self.note_reading(name, self.fields[name].prepare_value(self.cleaned_data[name]))

    def describe_by_checks(self):
        """Lets each live field point at its help and at the place where its check is said."""
        for name in self.live:
            if name in self.fields:
                help_id = f"id_{name}_helptext " if self.fields[name].help_text else ""
                self.fields[name].widget.attrs["aria-describedby"] = f"{help_id}id_{name}_check"

    def check_of(self, name) -> FieldCheck:
        field = self[name]
        return FieldCheck(
            field, self.readings.get(name, ""), self.question_of(name), name in self.live
        )
