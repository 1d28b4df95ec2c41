"""Sheets whose lines are judged by the very form of the page on which a row is edited."""

from django.core.exceptions import ValidationError

from dxplan.lib.exchange.columns import Reference
from dxplan.lib.exchange.readers import LabelField
from dxplan.lib.exchange.resource import SheetResource


class FormResource(SheetResource):
    """Its columns are named as the form's fields; labels are handed over as what they stand for."""

    def fill(self, instance, row, state, errors):
        data = self.form_data(row, errors)
        form = self.make_form(data, state)
        for name, found in form.errors.as_data().items():
            errors.setdefault(self.header_of(name), self._in_words(name, found))
        if not errors:
            self.take(form, instance, state)
            self.complete(instance, state)

    def form_data(self, row, errors) -> dict:
        return {
            name: self._datum(column, row, errors)
            for name, column in self.fields.items()
            if column.is_read
        }

    def _datum(self, column, row, errors):
        if not isinstance(column, Reference) and not isinstance(column.reader, LabelField):
            return row[column.header]
        try:
            found = column.clean(row, book=self.book)
        except ValidationError as error:
            errors.setdefault(column.header, error)
            return ""
        return self.token_of(column, found) if isinstance(column, Reference) else found

    def token_of(self, column, row):
        """What a form carries for a row that may have no id yet."""
        return "" if row is None else str(id(row))

    def header_of(self, name):
        """The column below which an error of the form is told."""
        return self.fields[name].header if name in self.fields else self.columns[0].header

    def _in_words(self, name, found):
        """A form says that a field is required; a sheet says so with an example."""
        if name in self.fields and any(error.code == "required" for error in found):
            return ValidationError(self.fields[name].needed)
        return ValidationError(found)

    def make_form(self, data, state):
        raise NotImplementedError

    def take(self, form, instance, state):
        raise NotImplementedError
