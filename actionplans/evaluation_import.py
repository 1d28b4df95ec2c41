"""What a workbook of evaluations would change: read by the form's own rules, nothing saved.

As with results, what differs from the version a line was made from is what the person filled in,
and an empty cell means no change.
"""

from dataclasses import asdict, replace

from actionplans.evaluation_columns import CHOICES, EVALUATIONS
from actionplans.evaluation_lines import EvaluationImportLine, labelled
from actionplans.evaluation_rows import NOTHING_SAID, EvaluationLine, Said, said_by
from actionplans.evaluations import lacks, save_evaluations
from actionplans.forms.evaluations import EvaluationForm
from actionplans.models import Evaluation
from dxplan.lib.audit import event_models
from dxplan.lib.entry_sheets.findings import UNANSWERED, Choice
from dxplan.lib.entry_sheets.lines import LOCKED, Reading, Subject
from dxplan.lib.entry_sheets.returned import ReturnedSheet, paired, unpacked
from dxplan.lib.spreadsheets.filled_in import CALCULATED
from plans.editing import Stale
from plans.models import PlanYear, Upload
from plans.uploads import SavedMeanwhile, take_over

NOT_OFFERED = "「{text}」は選べません。{words}から選んでください。"
STILL_LACKS = "提出までに「{what}」の入力が必要です。"


def upload_lines(
    upload: Upload, rows: list[EvaluationLine], choices: dict[int, Choice]
) -> list[EvaluationImportLine]:
    """Every line of the kept workbook. `rows` are the action plans that this person may evaluate.

    One query where somebody saved meanwhile.
    """
    file = unpacked(upload.content)
    by_number = {row.action.number: row for row in rows}
    bases = _bases(file, by_number, upload.fiscal_year)
    return [
        _line(typed, row, error, bases, choices)
        for typed, row, error in paired(file, EVALUATIONS, by_number)
    ]


def _bases(file: ReturnedSheet, by_number, fiscal_year) -> dict[int, Said]:
    """What was said when a line was made, where another version stands now: from the trail."""
    wanted = {}
    for typed in file.rows:
        row = by_number.get(typed.number)
        if row and typed.made_from not in (None, 0, row.year.version):
            wanted[row.action.id] = typed.made_from
    if not wanted:
        return {}
    events = event_models()[Evaluation].objects.filter(
        action_plan_id__in=wanted, fiscal_year=fiscal_year, version__in=set(wanted.values())
    )
    return {
        event.action_plan_id: said_by(event)
        for event in events.order_by("pgh_id")
        if event.version == wanted[event.action_plan_id]
    }


def _line(typed, row, error, bases, choices) -> EvaluationImportLine:
    if row is None:
        return EvaluationImportLine(typed, error=error)
    subject = _subject(row)
    if error:
        return EvaluationImportLine(typed, subject, error, line=row)
    choice = choices.get(subject.id, UNANSWERED)
    is_stale = typed.made_from != row.year.version
    standing = row.year.said
    base = bases.get(subject.id, NOTHING_SAID) if is_stale else standing
    filled = _filled(typed, base)
    if is_stale:  # what says the same as what stands is no conflict
        filled = tuple(name for name in filled if name in _filled(typed, standing))
    said, errors = _read(typed, filled, standing)
    is_locked = bool(filled) and not row.year.is_editable
    return EvaluationImportLine(
        typed=typed,
        subject=replace(subject, note=_hint(said, filled, errors)),
        error=LOCKED.format(state=row.year.state_label) if is_locked else "",
        filled=filled,
        is_stale=is_stale and bool(filled),
        reading=_reading(typed, filled, errors, choice),
        choice=choice,
        line=row,
        base=base,
        said=said,
    )


def _subject(row: EvaluationLine) -> Subject:
    return Subject(
        id=row.action.id,
        number=row.action.number,
        name=row.action.title,
        department_ids=row.department_ids,
        version=row.year.version,
        entered_by=row.year.entered_by,
    )


def _filled(typed, said: Said) -> tuple[str, ...]:
    """The cells that say another thing than what was said."""
    stood = labelled(said)
    return tuple(
        name
        for name in EVALUATIONS.inputs
        if name in typed.cells and _plain(typed.cells[name].text) != _plain(stood[name])
    )


def _plain(text):
    return "\n".join(line.rstrip() for line in text.strip().splitlines())


def _read(typed, filled, standing: Said) -> tuple[Said, dict[str, str]]:
    """What would be said, and what is wrong with it by cell; read by the page's own form."""
    texts = {name: typed.cells[name].text for name in filled}
    unread = {name: cell.unusable for name, cell in typed.cells.items() if cell.unusable}
    codes = {name: _code(name, text) for name, text in texts.items()}
    form = EvaluationForm(asdict(standing) | codes, is_own=True)
    form.is_valid()
    wrong = {name: _message(name, texts, form) for name in form.errors if name in texts}
    said = replace(standing, **{name: form.cleaned_data[name] for name in filled
                                if name not in wrong | unread})  # fmt: skip
    return said, wrong | unread


def _code(name, text) -> str:
    """What the form takes for a word of a drop-down list."""
    codes = {label: value for value, label in CHOICES.get(name, {}).items()}
    return codes.get(text.strip(), text)


def _message(name, texts, form) -> str:
    if name in CHOICES:
        return NOT_OFFERED.format(text=texts[name], words="・".join(CHOICES[name].values()))
    return form.errors[name][0]


def _reading(typed, filled, errors, choice) -> Reading:
    """Asks about texts that a formula gave: nobody knows when it was last worked out."""
    asked = [typed.cells[name].text for name in filled if typed.cells[name].is_formula]
    answer = "|".join(asked)
    return Reading(
        errors=errors,
        question="" if errors else "".join(CALCULATED.format(text=text) for text in asked),
        is_confirmed=bool(asked) and choice.confirmed == answer,
        answer=answer,
    )


def _hint(said, filled, errors) -> str:
    missing = lacks(said) if filled and not errors else ""
    return STILL_LACKS.format(what=missing) if missing else ""


def save_upload(
    *,
    upload: Upload,
    plan_year: PlanYear,
    lines: list[EvaluationImportLine],
    user,
    on_behalf: str = "",
) -> int:
    """Saves all lines or none, once. Raises SavedMeanwhile, or YearNotOpen."""

    def write():
        changes = [line.change for line in lines]
        try:
            save_evaluations(plan_year=plan_year, changes=changes, user=user)
        except Stale as stale:
            raise SavedMeanwhile from stale
        return len(changes)

    return take_over(upload, write, reason=on_behalf)
