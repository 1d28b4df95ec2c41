"""Forms that share what is the same for all of them."""

from django import forms
from django.test import SimpleTestCase

from dxplan.lib.many_forms import PlainSelect, SharingForm

CHOICES = [("", "選んでください"), (1, "<b>&"), ("2", "二")]
same_html = SimpleTestCase().assertHTMLEqual


class SizeForm(SharingForm):
    size = forms.ChoiceField(choices=CHOICES, widget=PlainSelect)
    note = forms.CharField(required=False)


def test_plain_select_is_written_as_any_other():
    attrs = {"id": "id_x", "required": True, "disabled": False, "aria-describedby": 'a"b'}

    for value in (None, "", 1, "1", "9"):
        same_html(
            PlainSelect(choices=CHOICES).render("x", value, attrs),
            forms.Select(choices=CHOICES).render("x", value, attrs),
        )


def test_filled_forms_share_fields_and_nothing_else():
    blank = SizeForm()

    one = blank.filled({"a-size": "1", "a-note": "左"}, prefix="a")
    other = blank.filled({"b-size": "9"}, prefix="b")
    shown = blank.filled(prefix="c", initial={"size": 2})

    assert [form.is_bound for form in (blank, one, other, shown)] == [False, True, True, False]
    assert one.is_valid()
    assert one.cleaned_data == {"size": "1", "note": "左"}
    assert list(other.errors) == ["size"]
    assert (one["size"].html_name, other["size"].value(), shown["size"].value()) == (
        "a-size",
        "9",
        2,
    )
    assert one.fields["size"] is other.fields["size"] is blank.fields["size"]
