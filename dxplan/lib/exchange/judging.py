"""What each line of a sheet comes to: mistakes, conflicts, questions, new and changed rows."""

from dataclasses import replace

from django.core.exceptions import ValidationError

from dxplan.lib.audit import as_it_was, past_of
from dxplan.lib.conflicts import FARTHEST_BACK
from dxplan.lib.exchange.book import MINE, THEIRS, columns_of
from dxplan.lib.exchange.columns import KeyPart, Reference
from dxplan.lib.exchange.findings import CellChange, Line, LineFinding, Problem
from dxplan.lib.numbers import quoted

CHANGED_SINCE = "ファイルを受け取った後に、他の人がこの行を変更しました。"
ADDED_SINCE = "ファイルを受け取った後に、他の人が同じ行を追加しました。"
GONE_SINCE = "ファイルを受け取った後に、他の人がこの行を削除または変更しました。"
KEPT_SINCE = "ファイルを受け取った後に他の人が変更した内容を残します。"
POINTS_NOWHERE = "この行が指している行は、残さないことになっています。"
WRITTEN = (LineFinding.NEW, LineFinding.CHANGED)


class LineJudge:
    """The part of a sheet's resource that tells what its lines come to, once they are read."""

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
                self._leave(state)
            if side != MINE:
                kind = LineFinding.UNCHANGED if side else LineFinding.CONFLICT
                return Line(finding=kind, changes=changes, note=conflict, choice=side, **line)
        return self._accepted(state, changes, line, note=conflict)

    def _leave(self, state):
        """Lets a row be as it stands; one that does not stand is not to be."""
        if state.is_new:
            self.book.left_out.add(id(state.instance))
        state.restore()

    def without_lost(self, lines):
        """The same; a line that points to a row that is not to be waits for another answer."""
        for number, state in enumerate(self.states.values()):
            if lines[number].finding in WRITTEN and self._points_nowhere(state):
                lines[number] = replace(
                    lines[number], finding=LineFinding.CONFLICT, note=POINTS_NOWHERE, choice=""
                )
        return lines

    def _points_nowhere(self, state):
        references = (item for item in self.read_columns if isinstance(item, Reference))
        pointed = (getattr(state.instance, item.attribute, None) for item in references)
        return any(id(row) in self.book.left_out for row in pointed if row is not None)

    def _accepted(self, state, changes, line, note):
        shown = changes if note or not state.is_new else ()
        line = line | {"questions": tuple(state.questions)}
        if not all(question.is_confirmed for question in state.questions):
            return Line(finding=LineFinding.QUESTION, changes=shown, **line)
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
        standing = self._meta.model(**columns_of(state.snapshot, self._meta.model))
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
