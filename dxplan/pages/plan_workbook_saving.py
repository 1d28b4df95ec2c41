"""A plan's workbook taken over into a draft: all of it or nothing, and only once."""

from dataclasses import dataclass

from django.db import IntegrityError, connection
from django.db.models import BaseConstraint

from dxplan.lib.exchange.book import Options
from dxplan.lib.exchange.findings import LineFinding
from dxplan.lib.exchange.typed import unpacked
from dxplan.pages.plan_workbook import RESOURCES, PlanSheets
from dxplan.pages.plan_workbook_reading import PlanPreview, compare
from plans.basics import basics_of
from plans.drafts import draft_like, hold_drafts
from plans.editing import PlanEdit, plan_edit
from plans.models import ChangeKind, Plan, Upload
from plans.period import YearsInUse
from plans.uploads import REASON, take_over

BROKEN_RULE = "登録の決まりに合わないところがあるため、保存していません。{rule}"
SAME_DRAFT = (
    "同じ計画名と期間の下書きがすでにあります。その下書きの「Excelから取り込む」で取り込むか、"
    "ファイルの計画名を変えてください。"
)


class NotADraft(Exception):
    """The plan came into force or ended: no workbook is taken over into it."""


class Waiting(Exception):
    """Something has to be mended or answered first; `preview` says what."""

    def __init__(self, preview: PlanPreview):
        super().__init__()
        self.preview = preview


class ChangedMeanwhile(Waiting):
    """Somebody changed the draft after the preview was shown."""


class NotPossible(Exception):
    """The database refuses it; the message says why, in Japanese."""


@dataclass(frozen=True)
class TakenOver:
    """What came of a workbook: the plan, and how many rows were written or removed."""

    plan: Plan
    count: int


def take_over_plan(*, upload: Upload, user, options: Options, seen: frozenset[str]) -> TakenOver:
    """Saves what a kept workbook says, in one transaction. Sent again, it gives the same answer.

    `seen` are the marks of what the preview was compared with. Raises NotADraft, Waiting,
    ChangedMeanwhile, NotPossible.
    """
    try:
        count = take_over(upload, lambda: _take_over(upload, user, options, seen))
    except IntegrityError as error:
        raise NotPossible(BROKEN_RULE.format(rule=_rule_in_words(error))) from error
    except YearsInUse as error:
        raise NotPossible(str(error)) from error
    upload.refresh_from_db()
    return TakenOver(upload.plan, count)


def _rule_in_words(error) -> str:
    """What the broken constraint says of itself; nothing where it has no words of its own."""
    name = getattr(getattr(error.__cause__, "diag", None), "constraint_name", "")
    rules = (rule for kind in RESOURCES for rule in kind._meta.model._meta.constraints)
    found = next((rule for rule in rules if rule.name == name), None)
    usual = BaseConstraint.default_violation_error_message
    words = found.violation_error_message if found else usual
    return "" if words == usual else str(words)


def _take_over(upload, user, options, seen) -> int:
    book = unpacked(upload.content)
    if upload.content.get("is_new"):
        plan, count = _into_new_draft(upload, user, book, options)
        Upload.objects.filter(pk=upload.pk).update(plan=plan)
    else:
        count = _into_draft(upload, user, book, options, seen)
    with connection.cursor() as cursor:  # what the database checks last is checked here
        cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")
        cursor.execute("SET CONSTRAINTS ALL DEFERRED")
    return count


def _into_draft(upload, user, book, options, seen):
    reason = REASON.format(name=upload.file_name)
    with plan_edit(plan=upload.plan, user=user, reason=reason) as edit:
        if not edit.plan.is_draft:
            raise NotADraft
        preview = compare(edit.plan, book, options)
        if frozenset(preview.marks) != seen:
            raise ChangedMeanwhile(preview)
        if preview.is_blocked:
            raise Waiting(preview)
        if preview.changed_rows:
            _write(preview.resources)
            edit.record(ChangeKind.EDITED, edit.plan.title, detail_of(upload, preview))
        return preview.changed_rows


def _into_new_draft(upload, user, book, options):
    hold_drafts(user.municipality)
    preview = compare(PlanSheets.new_plan(user.municipality), book, options)
    if preview.is_blocked:
        raise Waiting(preview)
    plan = preview.resources.plan
    if draft_like(town=user.municipality, predecessor=None, **basics_of(plan).columns):
        raise NotPossible(SAME_DRAFT)
    _write(preview.resources)
    PlanEdit(plan, user, "").record(ChangeKind.ADDED, plan.title, detail_of(upload, preview))
    return plan, preview.changed_rows


def _write(sheets: PlanSheets):
    for resource in sheets.all:
        resource.write()
    for resource in reversed(sheets.all):
        resource.remove()


def detail_of(upload: Upload, preview: PlanPreview) -> str:
    """What was taken over, sheet by sheet, for the record of changes."""
    lines = [REASON.format(name=upload.file_name)]
    for sheet, resource in zip(preview.sheets, preview.resources.all, strict=True):
        counts = (
            (LineFinding.NEW.label, len(resource.creates)),
            (LineFinding.CHANGED.label, len(resource.updates)),
            ("削除", len(resource.deletes)),
        )
        said = "、".join(f"{label}{count}件" for label, count in counts if count)
        if said:
            lines.append(f"{sheet.name}: {said}")
    return "\n".join(lines)
