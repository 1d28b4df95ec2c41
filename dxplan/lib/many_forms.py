"""Forms of which one page holds hundreds: what is the same for all of them is made once."""

from copy import copy

from django import forms
from django.forms.utils import flatatt
from django.utils.html import format_html, format_html_join

SELECTED = flatatt({"selected": True})


class _SharedFields(dict):
    """Fields by name that a form takes as they are, where it would copy each."""

    def __deepcopy__(self, memo):
        return _SharedFields(self)


class SharingForm(forms.Form):
    """A form that can be `filled` again and again. No fields are made, so none may be changed."""

    def filled(self, data=None, **options):
        """Another form with the fields of this one; the options are those of any form."""
        form = copy(self)
        form.base_fields = _SharedFields(self.fields)
        forms.BaseForm.__init__(form, data, **options)
        return form


class PlainSelect(forms.Select):
    """A select without groups, written at once: Django's needs two templates for each option."""

    def render(self, name, value, attrs=None, renderer=None):
        chosen = self.format_value(value)
        options = format_html_join(
            "",
            '<option value="{}"{}>{}</option>',
            ((key, SELECTED if str(key) in chosen else "", label) for key, label in self.choices),
        )
        own = self.build_attrs(self.attrs, {"name": name} | (attrs or {}))
        return format_html("<select{}>{}</select>", flatatt(own), options)
