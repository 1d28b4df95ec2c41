"""A sheet of rows that goes both ways: import-export's resource, tuned.

Everything is read and compared before anything is written: import-export declares the columns,
reads and judges the lines and tells new ones from changed ones, but writes nothing. The rows of all
sheets are known to each other by `Book` from the start, so that sheets may refer to each other's
new lines. Each resource costs one query for what stands, however many lines there are. See
docs/decisions/0025-a-plan-as-a-workbook.md.
"""

from collections import Counter
from copy import copy
from dataclasses import dataclass, field, replace
from hashlib import sha256

from django.core.exceptions import ValidationError
from django.db.models import CharField, F, Value
from django.db.models.functions import Cast, Concat
from import_export.instance_loaders import BaseInstanceLoader
from import_export.resources import Resource
from tablib import Dataset

from dxplan.lib.audit import as_it_was, past_of
from dxplan.lib.conflicts import FARTHEST_BACK
from dxplan.lib.exchange.columns import Column, KeyPart, Reference
from dxplan.lib.exchange.findings import CellChange, Line, LineFinding, Problem
from dxplan.lib.exchange.readers import text_of
from dxplan.lib.exchange.typed import TypedRow, TypedTable, Wanted
from dxplan.lib.numbers import quoted
from dxplan.lib.spreadsheets.sheets import CellKind

NUMBER = "#"  # a line's number among its texts
LONGEST_MARK = 10

TWICE = "「{key}」の行が2つ以上あります（{rows}行目）。1つだけ残してください。"
UNCALCULATED = "計算されていない数式です。Excelで開いて保存し直すか、値を入力してください。"
ERROR_VALUE = "「{text}」は表計算ソフトのエラー値です。値を入力してください。"
CALCULATED = "「{text}」は数式の計算結果です。この値でよろしいですか。"
CHANGED_SINCE = "ファイルを受け取った後に、他の人がこの行を変更しました。"
ADDED_SINCE = "ファイルを受け取った後に、他の人が同じ行を追加しました。"
GONE_SINCE = "ファイルを受け取った後に、他の人がこの行を削除または変更しました。"
KEPT_SINCE = "ファイルを受け取った後に他の人が変更した内容を残します。"
NOT_IN_FILE_SINCE = "ファイルを受け取った後に追加・変更された行のため、削除しません。"
MINE, THEIRS = "mine", "theirs"


class Book:
    """The rows of one import, by what cells call them."""

    def __init__(self):
        self._rows = {}

    def note(self, model, key, row):
        self._rows.setdefault((model, key), row)

    def find(self, model, key):
        return self._rows.get((model, tuple(key)))


@dataclass(frozen=True)
class Options:
    """How a file is to be taken, as its person said.

    `is_own` says that it was made from what it is now compared with, so that its marks tell.
    `sides` has the answers to conflicts and `confirmed` those to questions, by sheet and line.
    """

    is_own: bool = False
    empties_cells: bool = False
    removes_missing: bool = False
    sides: dict = field(default_factory=dict)
    confirmed: frozenset = frozenset()


@dataclass
class State:
    """One line on its way: the row it is about, and how that stood."""

    typed: TypedRow
    instance: object
    is_new: bool
    key: tuple[str, ...]
    before: dict[str, str]
    snapshot: dict
    questions: list[Problem] = field(default_factory=list)
    emptied: set[str] = field(default_factory=set)
    read: dict[str, str] = field(default_factory=dict)  # its cells, blank ones filled in

    def restore(self):
        """Lets the row say again what stands."""
        self.instance.__dict__.clear()
        self.instance.__dict__.update(self.snapshot)


@dataclass(frozen=True)
class Slot:
    """What no two rows may share: cells by header, and how a row gets out of another's way."""

    headers: tuple[str, ...]
    column: str
    aside: object

    def of(self, texts) -> tuple[str, ...]:
        return tuple(texts[header] for header in self.headers)


ASIDE_NUMBER = F("pk") % 10_000 + 20_000
ASIDE_TEXT = Concat(Value("~"), Cast("pk", CharField()))


class SheetMeta:
    """What every sheet's Meta has: nothing is compared twice, nothing is written."""

    skip_diff = True
    skip_unchanged = True
    report_skipped = True
    use_bulk = True
    batch_size = None
    use_transactions = False
    instance_loader_class = BaseInstanceLoader  # `match` has found the rows before


class SheetResource(Resource):
    """One kind of rows as a sheet.

    A subclass names its `sheet`, what it is (`meaning`), its columns, and in `Meta` the model and
    the columns that name a row (`import_id_fields`).
    """

    sheet = ""
    meaning = ""
    scope = "plan"  # the attribute that a new row gets from the owner of the sheet
    slots = ()  # see Slot
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

    def read_texts(self, texts) -> dict[str, str]:
        return {column.header: texts[column.header] for column in self.read_columns}

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

    def load(self):
        """Fetches what stands. The rows are noted when the file is known; see `match`."""
        self.rows = self.standing_rows() if self.owner.pk else []
        self.texts = {id(row): self.texts_of(row) for row in self.rows}
        self.marks = {id(row): self.mark_of(self.texts[id(row)]) for row in self.rows}

    def match(self, table: TypedTable, options: Options):
        """Finds the row that each line is about: by its mark, else by its key; or a new one."""
        self.table, self.options = table, options
        by_mark = {self.marks[id(row)]: row for row in self.rows} if options.is_own else {}
        by_key = {self.key_of(self.texts[id(row)]): row for row in self.rows}
        found, taken = {}, set()
        for typed in table.rows:
            row = by_mark.get(typed.mark)
            if row is not None and id(row) not in taken:
                found[typed.number] = row
                taken.add(id(row))
        keys = {typed.number: self._typed_key(typed) for typed in table.rows}
        for typed in table.rows:
            row = by_key.get(keys[typed.number])
            if typed.number not in found and row is not None and id(row) not in taken:
                found[typed.number] = row
                taken.add(id(row))
        self._note_twice(keys)
        for typed in table.rows:
            self._begin(typed, found.get(typed.number), keys[typed.number])
        self.missing = [row for row in self.rows if id(row) not in taken]
        for row in self.kept_rows():
            texts = self.texts[id(row)]
            self.note(self.key_of(texts), row, texts)
        for row in found.values():  # a key that was changed in one sheet still tells in others
            self.note_old(self.texts[id(row)], row)
        for row in self.also_known():
            texts = self.texts_of(row)
            self.note(self.key_of(texts), row, texts)

    def note(self, key, row, texts):
        """Lets other sheets refer to a row."""
        self.book.note(self._meta.model, key, row)

    def note_old(self, texts, row):
        self.old.append((self.key_of(texts), row, texts))

    def note_old_keys(self):
        """Lets lines of other sheets go on calling a row as it was called; after all `match`."""
        for key, row, texts in self.old:
            self.note(key, row, texts)

    def also_known(self):
        """Rows that no line is about, to which lines of other sheets may refer."""
        return ()

    def kept_rows(self):
        """The rows that the file has no line about, and that stay."""
        removes = self.options.removes_missing
        return [row for row in self.missing if not (removes and self.may_go(row))]

    def _typed_key(self, typed):
        return self.key_of({column.header: typed.text(column.header) for column in self.columns})

    def _note_twice(self, keys):
        counted = Counter(keys.values())
        for number, key in keys.items():
            if counted[key] > 1 and any(key):
                places = "・".join(str(other) for other, same in keys.items() if same == key)
                self.twice[number] = TWICE.format(key="・".join(key), rows=places)

    def _begin(self, typed, row, key):
        is_new = row is None
        row = self.new_row() if is_new else row
        before = {} if is_new else self.texts[id(row)]
        self.states[typed.number] = State(typed, row, is_new, key, before, _snapshot(row))
        self.note(key, row, {name: cell.text for name, cell in typed.cells.items()})

    def may_go(self, row) -> bool:
        """Whether the file knew a row that it has no longer, so that leaving it out means it."""
        if not self.options.is_own:
            return True
        return self.table.marks is not None and self.marks[id(row)] in self.table.marks

    def why_kept(self, row) -> str:
        """What is said of a row that the file has no line about, and that may not go."""
        return NOT_IN_FILE_SINCE

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
        return [*lines, *map(self._missing_line, self.missing)]

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
            if cell.kind == CellKind.UNCALCULATED:
                found[header] = ValidationError(UNCALCULATED)
            elif cell.kind == CellKind.ERROR:
                found[header] = ValidationError(ERROR_VALUE.format(text=quoted(cell.text)))
        return found

    def ask(self, state, header, question):
        """Asks about a cell, unless the person said yes to just this text."""
        text = state.typed.text(header)
        if (self.sheet, state.typed.number, header, text) in self.options.confirmed:
            return
        address = self.table.address(state.typed, header)
        state.questions.append(Problem(address, header, text, question))

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

    # What a line comes to

    def _line(self, state, errors) -> Line:
        label = self.label_of({h: state.typed.text(h) for h in state.typed.cells})
        line = {"sheet": self.sheet, "number": state.typed.number, "label": label}
        if errors:
            problems = tuple(self._problems(state, errors))
            return Line(finding=LineFinding.ERROR, problems=problems, **line)
        after = self.texts_of(state.instance)
        changes = self._changes(state, after)
        conflict = self._conflict(state, after, changes)
        if conflict == KEPT_SINCE:
            state.restore()
            return Line(finding=LineFinding.UNCHANGED, note=KEPT_SINCE, **line)
        if conflict:
            changes = self._with_base(state, changes)
            side = self.options.sides.get((self.sheet, state.typed.number), "")
            if side == THEIRS:
                state.restore()
            if side != MINE:
                kind = LineFinding.UNCHANGED if side else LineFinding.CONFLICT
                return Line(finding=kind, changes=changes, note=conflict, choice=side, **line)
        return self._accepted(state, changes, line, note=conflict)

    def _accepted(self, state, changes, line, note):
        shown = changes if note or not state.is_new else ()
        if state.questions:
            questions = tuple(state.questions)
            return Line(finding=LineFinding.QUESTION, problems=questions, changes=shown, **line)
        choice = MINE if note else ""
        if state.is_new:
            self.creates.append(state.instance)
            return Line(finding=LineFinding.NEW, note=note, choice=choice, **line)
        if not self._is_changed(state):
            return Line(finding=LineFinding.UNCHANGED, changes=changes, **line)
        self._take_over(state)
        return Line(finding=LineFinding.CHANGED, changes=changes, note=note, choice=choice, **line)

    def _take_over(self, state):
        self.updates.append(state.instance)
        self.snapshots[id(state.instance)] = state.snapshot
        if "version" in state.snapshot:
            state.instance.version += 1

    def _is_changed(self, state):
        texts = self.texts_of(state.instance)
        return any(self._differs(column, state, texts) for column in self.read_columns)

    def _differs(self, column, state, texts) -> bool:
        """Whether a line says another thing than what stands; another name for it is no other."""
        if isinstance(column, KeyPart):
            return False
        if isinstance(column, Reference) and not state.is_new:
            name = f"{column.attribute}_id"
            return state.snapshot[name] != getattr(state.instance, name)
        return texts[column.header] != state.before.get(column.header, "")

    def _problems(self, state, errors):
        order = [column.header for column in self.columns]
        for header, found in sorted(errors.items(), key=lambda item: order.index(item[0])):
            message = " ".join(ValidationError(found).messages)
            address = self.table.address(state.typed, header)
            yield Problem(address, header, quoted(state.typed.text(header)), message)

    def _changes(self, state, after):
        changes = [
            CellChange(column.header, state.before.get(column.header, ""), after[column.header])
            for column in self.read_columns
            if self._differs(column, state, after)
        ]
        kept = [CellChange(header, state.before[header], "", is_emptied=True)
                for header in sorted(state.emptied) if not self.options.empties_cells]  # fmt: skip
        return (*changes, *kept)

    def _conflict(self, state, after, changes) -> str:
        """Whether somebody else changed the row since the file was made; what to say of it."""
        if not self.options.is_own:
            return ""
        mark = state.typed.mark
        if state.is_new:
            known = set(self.marks.values())
            return GONE_SINCE if mark and mark not in known else ""
        standing = self.mark_of(state.before)
        if mark == standing or not self._is_changed(state):
            return ""
        if mark == self.mark_of(after):
            return KEPT_SINCE
        return CHANGED_SINCE if mark else ADDED_SINCE

    def _with_base(self, state, changes):
        """The same with what stood when the file was made. A query for each conflict, or more."""
        base = {} if state.is_new else self._base_texts(state)
        return tuple(replace(change, base=base.get(change.header)) for change in changes)

    def _base_texts(self, state):
        standing = self._meta.model(**_columns_of(state.snapshot, self._meta.model))
        for event in past_of(standing)[:FARTHEST_BACK]:
            row = as_it_was(standing, event)
            row.__dict__.update(self.unrecorded(state))
            texts = self.texts_of(row)
            if self.mark_of(texts) == state.typed.mark:
                return texts
        return {}

    def unrecorded(self, state) -> dict:
        """What a row's cells say that is no column of it."""
        return {}

    def _missing_line(self, row) -> Line:
        label = self.label_of(self.texts[id(row)])
        line = {"sheet": self.sheet, "number": None, "label": label}
        if not self.may_go(row):
            return Line(finding=LineFinding.UNCHANGED, note=self.why_kept(row), **line)
        if self.options.removes_missing:
            self.deletes.append(row)
        return Line(finding=LineFinding.MISSING, **line)

    # Writing

    def write(self):
        """New and changed rows; see `remove`. A query for each, and one more where keys move."""
        self._move_aside()
        if self.creates:
            self.create()
        if self.updates:
            self._meta.model.objects.bulk_update(self.updates, self._changed_columns())

    def create(self):
        self._meta.model.objects.bulk_create(self.creates)

    def remove(self):
        if self.deletes:
            ids = [row.pk for row in self.deletes]
            self._meta.model.objects.filter(pk__in=ids).delete()

    def _changed_columns(self):
        """The columns in which any of the changed rows differs from what stood."""
        fields = self._meta.model._meta.concrete_fields
        for row in self.updates:
            row._prepare_related_fields_for_save(operation_name="bulk_update")
        return [
            item.name
            for item in fields
            if any(
                self.snapshots[id(row)].get(item.attname) != getattr(row, item.attname)
                for row in self.updates
            )
        ]

    def _move_aside(self):
        """Clears the places that changed or removed rows leave to others: they are unique."""
        for slot in self.slots:
            now = {id(row): slot.of(self.texts_of(row)) for row in (*self.creates, *self.updates)}
            wanted = set(now.values())
            leaving = [
                row.pk
                for row in (*self.updates, *self.deletes)
                if (old := slot.of(self.texts[id(row)])) in wanted and now.get(id(row)) != old
            ]
            if leaving:
                rows = self._meta.model.objects.filter(pk__in=leaving)
                rows.update(**{slot.column: slot.aside})


def _plain(column, text):
    """A key's cell as the sheet would write it; as it stands where it cannot be read."""
    if type(column) is not Column:
        return text.strip()
    try:
        return text_of(column.reader, column.reader.clean(text))
    except ValidationError:
        return text.strip()


def _columns_of(snapshot, model):
    names = [field.attname for field in model._meta.concrete_fields]
    return {name: snapshot[name] for name in names if name in snapshot}


def _snapshot(row):
    kept = dict(row.__dict__)
    kept["_state"] = copy(row._state)
    if "fields_cache" in row._state.__dict__:
        kept["_state"].fields_cache = dict(row._state.fields_cache)
    return kept
