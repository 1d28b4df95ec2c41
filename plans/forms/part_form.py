"""What the forms of all kinds of parts have in common: what they carry."""

from django import forms

from plans.parts import PartState
from plans.reasoned import ReasonedForm

WRITTEN = ("text", "textarea")  # widgets that hold a person's own words


class PlaceForm(ReasonedForm):
    """Why a part gets another place among its neighbours."""

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        if "reason" in self.fields:
            self.fields["reason"].label = "順序を変える理由"


class SeenForm(ReasonedForm):
    """Carries which state of a part the person has before the eyes."""

    seen = forms.CharField(widget=forms.HiddenInput, required=False)

    @property
    def seen_mark(self):
        return self.cleaned_data["seen"]

    def see(self, mark):
        """Lets a second sending replace or remove what stands now, knowingly."""
        self.data = self.data.copy()
        self.data["seen"] = mark


class PartForm(SeenForm, forms.ModelForm):
    """Input for one part; `named_by` is the field where it says that a part exists already."""

    named_by = "name"
    twin = ""
    seats = None

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        self.instance.plan = self.plan
        self.order_fields([name for name in self.fields if name != "reason"])

    @property
    def own_fields(self):
        """The visible fields but the reason, which stands last on the page."""
        return [field for field in self.visible_fields() if field.name != "reason"]

    @property
    def typed(self):
        return PartState(self.instance)

    @property
    def typed_texts(self):
        """(label, text) of the words typed, for a page that can only show them back."""
        fields = [field for field in self.visible_fields() if field.widget_type in WRITTEN]
        lines = [(field.label, field.value()) for field in fields]
        if self.is_bound and self.seats:
            lines += [
                ("構成員", f"{line['role'].value()} {line['post'].value()}") for line in self.seats
            ]
        return [(label, text) for label, text in lines if self.is_bound and (text or "").strip()]

    def refuse(self, error):
        """Shows a ValidationError where it can be put right."""
        for name, problems in error.error_dict.items():
            field = name if name in self.fields else self.named_by
            for problem in problems:
                is_twin = problem.code == "unique_together"
                self.add_error(field, self.twin if is_twin else problem)
