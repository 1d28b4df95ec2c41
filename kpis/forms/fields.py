"""Form fields for when a figure was taken, and answers to what a reader asks."""

from dataclasses import dataclass

from django import forms

from dxplan.lib.form_fields import ReadField
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


class AskingForm(forms.Form):
    """Asks back where a typed text has two meanings; the answer comes as the text itself."""

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        self.questions = {}

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
