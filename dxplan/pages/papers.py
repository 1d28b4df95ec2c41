"""資料: freezing a fiscal year's figures for a meeting, or for the record when a year is closed."""

from hashlib import sha256

from django.db import transaction
from django.db.models import Count
from django.utils import timezone

from dxplan.lib.fiscal_years import FiscalYear, show_date
from dxplan.lib.plain_records import digest, from_plain, to_plain
from dxplan.pages.dashboard import has_year_before
from dxplan.pages.report import report_rows, report_workbook
from kpis.freezing import freeze
from kpis.frozen import FORMAT, FrozenYear
from kpis.models import Paper, PaperKind, Result
from kpis.progress import kpi_progress
from kpis.sight import SETTLED_ONLY
from plans.models import Plan
from plans.part_kinds import held_text
from plans.review import SETTLED
from plans.years import plan_years

DRAFT_HAS_NONE = "策定中の計画の資料は確定できません。"
YEAR_TO_COME = "まだ始まっていない年度の資料は確定できません。"


class NotFreezable(Exception):
    """There is nothing to freeze yet; says why, in Japanese."""


class FrozenAlready(Exception):
    """Someone, or the same form sent before, has frozen a paper since; `paper` is that one."""

    def __init__(self, paper):
        super().__init__()
        self.paper = paper


def paper_rows(plan):
    """The rows that papers are made of: without drafts, whoever freezes them."""
    return kpi_progress(plan, SETTLED_ONLY)


def left_off_paper(plan) -> dict[int, int]:
    """How many results nobody approved yet, by fiscal year. One query."""
    drafts = Result.objects.filter(kpi__plan=plan).exclude(review_state__in=SETTLED)
    counts = drafts.order_by().values("fiscal_year").annotate(count=Count("pk"))
    return {row["fiscal_year"]: row["count"] for row in counts}


@transaction.atomic
def freeze_paper(
    *, plan, plan_year, kind, user, meeting=None, reason="", seen: int | None = None
) -> Paper:
    """Freezes the figures of a year as a paper: page and workbook from the same rows.

    Twenty-six queries. The plan's row is held, so that nobody's save falls between. `seen` is how
    many papers of the meeting (or records of the year) a person saw. Raises FrozenAlready where
    there are more by now, so that a form sent twice makes one paper, and NotFreezable for a draft
    or a year that has not begun.
    """
    plan = Plan.objects.select_for_update(of=("self",)).select_related("municipality").get(
        pk=plan.pk
    )  # fmt: skip
    years = plan_years(plan)
    year = next((item for item in years if item.pk == plan_year.pk), None)
    _refuse_early(plan, year)
    number = _next_number(plan, year, kind, meeting, seen)
    rows, fiscal_year = paper_rows(plan), FiscalYear(year.fiscal_year)
    has_previous = has_year_before(years, fiscal_year)
    content = to_plain(freeze(plan, rows, fiscal_year, has_previous=has_previous))
    report = report_rows(plan, years, rows, fiscal_year, SETTLED_ONLY)
    cover = cover_of(meeting) if meeting else ""
    now = timezone.now()
    lines = _cover_lines(cover, title_of(kind, fiscal_year), number, now)
    workbook = report_workbook(report, fiscal_year, cover=list(lines))
    return Paper.objects.create(
        plan=plan,
        fiscal_year=fiscal_year,
        kind=kind,
        meeting=meeting,
        number=number,
        title=title_of(kind, fiscal_year),
        cover=cover,
        reason=reason.strip(),
        frozen_at=now,
        frozen_by=user,
        frozen_by_name=user.name,
        content=content,
        content_digest=digest(content),
        workbook=workbook,
        workbook_digest=sha256(workbook).hexdigest(),
    )


def _cover_lines(cover, title, number, frozen_at):
    """For which meeting, or of which closing, the workbook was frozen; from the second edition on
    also which edition."""
    yield ("会議", cover) if cover else ("資料", title)
    yield "確定日", show_date(timezone.localdate(frozen_at))
    if number > 1:
        yield "版", f"第{number}版"


def _refuse_early(plan, year):
    if plan.is_draft:
        raise NotFreezable(DRAFT_HAS_NONE)
    if year is None or year.is_planned:
        raise NotFreezable(YEAR_TO_COME)


def _next_number(plan, year, kind, meeting, seen) -> int:
    """Which edition this paper is. `seen` counts the meeting's papers, or the year's records."""
    papers = Paper.objects.without_contents().filter(plan=plan, kind=kind, meeting=meeting)
    known = list(papers.order_by("pk"))
    of_year = [paper for paper in known if paper.fiscal_year == year.fiscal_year]
    told = known if meeting else of_year
    if seen is not None and seen < len(told):
        raise FrozenAlready(told[-1])
    return len(of_year) + 1


def title_of(kind, fiscal_year: FiscalYear) -> str:
    name = "進捗状況報告" if kind == PaperKind.MEETING else PaperKind.CLOSING.label
    return f"{fiscal_year.label} {name}"


def cover_of(meeting) -> str:
    """「令和8年8月1日 第1回会議（推進本部）」, as the meeting is called now."""
    body = str(meeting.committee or "")
    committee = f"（{body}）" if body and body not in meeting.name else ""
    return f"{held_text(meeting)} {meeting.name}{committee}"


def content_of(paper: Paper) -> FrozenYear:
    """What a paper says. Raises ValueError for a format that is not known."""
    if paper.content["format"] != FORMAT:
        raise ValueError(f"unknown format {paper.content['format']}")
    return from_plain(FrozenYear, paper.content)
