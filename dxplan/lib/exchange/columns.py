"""Columns of a sheet: import-export's fields, read and shown by a page's own form fields."""

from django import forms
from django.core.exceptions import ValidationError
from django.db.models import NOT_PROVIDED
from import_export.fields import Field
from import_export.widgets import Widget

from dxplan.lib.exchange.readers import LabelField, WholeField, text_of
from dxplan.lib.form_fields import LongTextField, NameField
from dxplan.lib.numbers import quoted

NEEDED = "入力してください。"
UNKNOWN = "「{typed}」は、シート「{sheet}」にありません。"


class CellWidget(Widget):
    """Reads a cell by a form field, so that a sheet and a page know the same rules."""

    def __init__(self, reader: forms.Field):
        super().__init__()
        self.reader = reader

    def clean(self, value, row=None, **kwargs):
        return self.reader.clean(value)

    def render(self, value, obj=None, **kwargs):
        return text_of(self.reader, value)


class Column(Field):
    """A column with its header, and what is said of it in the sheet's head.

    One that is not `is_read` only tells. A blank cell `is_kept_when_blank` where blank cannot be
    meant, such as a place in an order.
    """

    def __init__(
        self, attribute, reader, *, header, help="", example="", width=14, is_read=True,
        is_kept_when_blank=False, default=NOT_PROVIDED,
    ):  # fmt: skip
        super().__init__(
            attribute=attribute,
            column_name=header,
            widget=CellWidget(reader),
            readonly=not is_read,
            default=default,
        )
        self.help, self.example, self.width = help, example, width
        reader.error_messages["required"] = self.needed
        self.is_kept_when_blank = is_kept_when_blank

    @property
    def needed(self) -> str:
        """What is said of a required cell that holds nothing."""
        return NEEDED + (f"（例: {self.example}）" if self.example else "")

    @property
    def header(self) -> str:
        return self.column_name

    @property
    def reader(self) -> forms.Field:
        return self.widget.reader

    @property
    def is_read(self) -> bool:
        return not self.readonly

    @property
    def is_required(self) -> bool:
        return self.is_read and self.reader.required

    @property
    def is_number(self) -> bool:
        return getattr(self.reader, "is_number", False)

    @property
    def labels(self) -> tuple[str, ...]:
        """What a drop-down list offers; empty where a cell is free."""
        labels = getattr(self.reader, "labels", {})
        return tuple(label for label in labels.values() if label)


def told(attribute, header, *, width=24) -> Column:
    """A column that only helps people to read the sheet; what stands in it is never read."""
    return fixed(attribute, f"{header}（参考）", width=width)


def fixed(attribute, header, *, width=12) -> Column:
    """A column that tells what the file is about, and is never put into a row."""
    return Column(attribute, forms.CharField(), header=header, width=width, is_read=False)


class Reference(Column):
    """A column that names a row of another sheet by what stands in that sheet's key.

    `beside` are columns to its left that belong to the same key.
    """

    def __init__(
        self, attribute, model, *, key, sheet, header, beside=(), required=True, **options
    ):
        reader = forms.CharField(required=required)
        super().__init__(attribute, reader, header=header, **options)
        self.model, self.key, self.sheet, self.beside = model, key, sheet, beside

    def clean(self, row, *, book, **kwargs):
        typed = self.reader.clean(row[self.column_name])
        if not typed:
            return None
        found = book.find(self.model, (*(row[name].strip() for name in self.beside), typed))
        if found is None:
            raise ValidationError(UNKNOWN.format(typed=quoted(typed), sheet=self.sheet))
        return found

    def export(self, instance, **kwargs):
        value = self.get_value(instance)
        return "" if value is None else str(getattr(value, self.key))


class KeyPart(Column):
    """A column that belongs to the key of the reference beside it, and is no more than that."""

    def __init__(self, attribute, header, *, required=True, **options):
        super().__init__(attribute, forms.CharField(required=required), header=header, **options)

    def save(self, instance, row, is_m2m=False, **kwargs):
        self.clean(row, **kwargs)


def name_column(model, attribute, header="", **options) -> Column:
    """A line of text as the model's column takes it."""
    field = model._meta.get_field(attribute)
    reader = NameField(max_length=field.max_length, required=_is_required(field))
    return _column(field, reader, header, options)


def _is_required(field):
    return not field.blank and not field.has_default()


def _column(field, reader, header, options):
    default = field.default if field.has_default() else NOT_PROVIDED
    header = header or field.verbose_name
    return Column(field.name, reader, header=header, default=default, **options)


def text_column(model, attribute, header="", **options) -> Column:
    field = model._meta.get_field(attribute)
    reader = LongTextField(required=_is_required(field))
    return _column(field, reader, header, {"width": 40} | options)


def label_column(model, attribute, header="", **options) -> Column:
    """One of the model's choices, by its label."""
    field = model._meta.get_field(attribute)
    reader = LabelField(field.choices, required=_is_required(field))
    return _column(field, reader, header, options)


def place_column(header="表示順", attribute="position") -> Column:
    """The place in an order; blank for a new line puts it last."""
    return Column(
        attribute,
        WholeField(required=False),
        header=header,
        width=10,
        help="並べる順。空欄は最後。",
        example="1",
        is_kept_when_blank=True,
    )
