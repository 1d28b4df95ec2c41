"""A sheet of rows that goes both ways: import-export's resource, tuned.

Everything is read and compared before anything is written: import-export declares the columns,
reads and judges the lines and tells new ones from changed ones, but writes nothing. The rows of all
sheets are known to each other by `Book` from the start, so that sheets may refer to each other's
new lines. Each resource costs one query for what stands, however many lines there are. See
docs/decisions/0025-a-plan-as-a-workbook.md.
"""

from functools import cached_property
from hashlib import sha256

from django.core.exceptions import ValidationError
from import_export.instance_loaders import BaseInstanceLoader
from import_export.resources import Resource
from tablib import Dataset

from dxplan.lib.exchange.book import Book, State
from dxplan.lib.exchange.columns import Column
from dxplan.lib.exchange.findings import Line, Problem
from dxplan.lib.exchange.judging import LineJudge
from dxplan.lib.exchange.matching import RowFinder
from dxplan.lib.exchange.places import Places
from dxplan.lib.exchange.readers import text_of
from dxplan.lib.exchange.typed import Wanted
from dxplan.lib.exchange.writing import RowWriter

NUMBER = "#"  # a line's number among its texts
LONGEST_MARK = 10
UNREADABLE = "\ufffd"  # stands where a character was that nothing can hold
NO_CHARACTER = "読み取れない文字（\ufffd）が含まれています。入力し直してください。"


class SheetMeta:
    """What every sheet's Meta has: nothing is compared twice, nothing is written."""

    skip_diff = True
    skip_unchanged = True
    report_skipped = True
    use_bulk = True
    batch_size = None
    use_transactions = False
    instance_loader_class = BaseInstanceLoader  # `match` has found the rows before


class SheetResource(RowFinder, LineJudge, RowWriter, Resource):
    """One kind of rows as a sheet.

    A subclass names its `sheet`, what it is (`meaning`), its columns, and in `Meta` the model and
    the columns that name a row (`import_id_fields`).
    """

    sheet = ""
    meaning = ""
    scope = "plan"  # the attribute that a new row gets from the owner of the sheet
    slots = ()  # see Slot
    placed_within = ""  # the attribute within whose rows places count
    more_examples = ()  # beside the columns' own: what differs in further lines, by header

    def __init__(self, owner, book: Book | None = None):
        super().__init__()
        self.owner, self.book = owner, book or Book()
        self.states: dict[int, State] = {}
        self.twice: dict[int, str] = {}
        self.rows: list = []
        self.creates, self.updates, self.deletes = [], [], []
        self.snapshots, self.old = {}, []

    # What a sheet consists of

    @property
    def columns(self) -> list[Column]:
        return list(self.fields.values())

    @property
    def read_columns(self) -> list[Column]:
        return [column for column in self.columns if column.is_read]

    @property
    def key_columns(self) -> list[Column]:
        return [self.fields[name] for name in self._meta.import_id_fields]

    def wanted(self) -> Wanted:
        own = self.read_columns
        told = tuple(column.header for column in self.columns if not column.is_read)
        return Wanted(self.sheet, tuple(column.header for column in own), told)

    # What stands

    def standing_rows(self) -> list:
        """The rows in the order to show them. One query, unless a subclass says otherwise."""
        return list(self.get_queryset())

    def get_queryset(self):
        return self._meta.model.objects.filter(plan=self.owner)

    def new_row(self):
        return self._meta.model(**({self.scope: self.owner} if self.scope else {}))

    def texts_of(self, instance) -> dict[str, str]:
        """What a row's cells say, by header."""
        return {column.header: column.export(instance) for column in self.columns}

    def mark_of(self, texts: dict[str, str]) -> str:
        """Tells one state of a row from another."""
        said = "\x1f".join(texts[column.header] for column in self.read_columns)
        return sha256(f"{self.sheet}\x1f{said}".encode()).hexdigest()[:LONGEST_MARK]

    def key_of(self, texts) -> tuple[str, ...]:
        return tuple(_plain(column, texts.get(column.header, "")) for column in self.key_columns)

    def label_of(self, texts) -> str:
        """How a line is called in a preview."""
        return "・".join(filter(None, self.key_of(texts)))

    # Reading

    @cached_property
    def places(self) -> Places:
        return Places(self.rows, self.placed_within)

    def load(self):
        """Fetches what stands. The rows are noted when the file is known; see `match`."""
        self.rows = self.standing_rows() if self.owner.pk else []
        self.texts = {id(row): self.texts_of(row) for row in self.rows}
        self.marks = {id(row): self.mark_of(self.texts[id(row)]) for row in self.rows}

    def read(self) -> list[Line]:
        """Every line of the sheet, and what the file has no line about."""
        headers = [*(column.header for column in self.read_columns), NUMBER]
        dataset = Dataset(headers=headers)
        for state in self.states.values():
            dataset.append([*self._texts_to_read(state), state.typed.number])
        result = self.import_data(dataset, book=self.book)
        errors = {}
        for crash in result.base_errors:
            raise crash.error
        for state, found in zip(self.states.values(), result.rows, strict=True):
            for crash in found.errors:
                raise crash.error
            if found.validation_error:
                errors[state.typed.number] = dict(found.validation_error.error_dict)
        self._check(errors)
        lines = [self._line(state, errors.get(number)) for number, state in self.states.items()]
        return [*self.without_lost(lines), *map(self._missing_line, self.missing)]

    def _texts_to_read(self, state):
        """The cells of a line; a blank one of a row that stands means no change."""
        texts = []
        for column in self.read_columns:
            text, before = state.typed.text(column.header), state.before.get(column.header, "")
            cell = state.typed.cells.get(column.header)
            if not text.strip() and before and cell is None:
                may_empty = not column.is_required and not column.is_kept_when_blank
                if may_empty:
                    state.emptied.add(column.header)
                if not (may_empty and self.options.empties_cells):
                    text = before
            texts.append(text)
        return texts

    def _check(self, errors):
        """Adds what is wrong with lines beside each other to the errors of single cells."""
        good = [state for number, state in self.states.items() if number not in errors]
        for state, header, message in self.problems_between(good):
            errors.setdefault(state.typed.number, {}).setdefault(header, []).append(
                ValidationError(message)
            )

    def problems_between(self, states):
        """(state, header, message) of what lines say that cannot stand together."""
        return ()

    # import-export's steps for one line

    def get_or_init_instance(self, instance_loader, row):
        state = self.states[row[NUMBER]]
        return state.instance, state.is_new

    def import_instance(self, instance, row, **kwargs):
        """All that is wrong with a line at once, by header."""
        state = self.states[row[NUMBER]]
        state.read = row
        errors = self._cell_errors(state)
        if row[NUMBER] in self.twice:
            errors[self.key_columns[-1].header] = ValidationError(self.twice[row[NUMBER]])
        self.fill(instance, row, state, errors)
        if errors:
            raise ValidationError(errors)

    def fill(self, instance, row, state, errors):
        """Puts a line's cells into its row; what cannot be read goes into `errors`."""
        for column in self.read_columns:
            if column.header in errors:
                continue
            try:
                self.import_field(column, instance, row, book=self.book)
            except ValidationError as error:
                errors[column.header] = error
        if not errors:
            self.complete(instance, state)

    def complete(self, instance, state):
        """Adds what a new row has beside its cells."""

    def _cell_errors(self, state):
        found = {}
        for header in (column.header for column in self.read_columns):
            cell = state.typed.cells.get(header)
            if cell is None:
                continue
            if cell.unusable:
                found[header] = ValidationError(cell.unusable)
            elif UNREADABLE in cell.text:
                found[header] = ValidationError(NO_CHARACTER)
        return found

    def ask(self, state, header, question):
        """Asks about a cell; a yes holds for just this text."""
        text = state.typed.text(header)
        is_confirmed = (self.sheet, state.typed.number, header, text) in self.options.confirmed
        address = self.table.address(state.typed, header)
        state.questions.append(Problem(address, header, text, question, is_confirmed))

    def skip_row(self, instance, original, row, import_validation_errors=None):
        state = self.states[row[NUMBER]]
        if import_validation_errors or state.is_new:
            return False
        return not self._is_changed(state)

    def validate_instance(self, instance, import_validation_errors=None, validate_unique=True):
        if import_validation_errors:
            raise ValidationError(import_validation_errors)

    def save_instance(self, instance, is_create, row, **kwargs):
        """Nothing is written while a file is read."""

    def bulk_create(self, *arguments, **options):
        """Nothing is written while a file is read."""

    def bulk_update(self, *arguments, **options):
        """Nothing is written while a file is read."""


def _plain(column, text):
    """A key's cell as the sheet would write it; as it stands where it cannot be read."""
    if type(column) is not Column:
        return text.strip()
    try:
        return text_of(column.reader, column.reader.clean(text))
    except ValidationError:
        return text.strip()
