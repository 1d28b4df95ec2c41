"""Which row each line of a sheet is about, and by what names others may call it."""

from collections import Counter

from dxplan.lib.exchange.book import Options, State, snapshot_of
from dxplan.lib.exchange.typed import TypedTable

TWICE = "「{key}」の行が2つ以上あります（{rows}行目）。1つだけ残してください。"
NOT_IN_FILE_SINCE = "ファイルを受け取った後に追加・変更された行のため、削除しません。"


class RowFinder:
    """The part of a sheet's resource that finds rows: by a line's mark first, else by its key."""

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
        self.states[typed.number] = State(typed, row, is_new, key, before, snapshot_of(row))
        self.note(key, row, {name: cell.text for name, cell in typed.cells.items()})

    def may_go(self, row) -> bool:
        """Whether the file knew a row that it has no longer, so that leaving it out means it."""
        if not self.options.is_own:
            return True
        return self.table.marks is not None and self.marks[id(row)] in self.table.marks

    def why_kept(self, row) -> str:
        """What is said of a row that the file has no line about, and that may not go."""
        return NOT_IN_FILE_SINCE
