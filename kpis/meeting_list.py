"""The log of a plan's meetings as a table: what was on paper, what was said, what is open."""

import datetime
from dataclasses import dataclass

import django_tables2 as tables
from django.db.models import Count, Prefetch, Q
from django.utils.html import format_html, format_html_join

from kpis.models import Paper
from plans.models import Meeting
from plans.part_kinds import excerpt, held_text


@dataclass(frozen=True)
class MeetingLine:
    """One meeting; `papers` are (name, address) pairs, `open_count` its points not settled yet."""

    id: int
    name: str
    url: str
    held_on: datetime.date
    held: str
    is_to_come: bool
    committee: str
    agenda: str
    papers: tuple[tuple[str, str], ...]
    opinion_count: int
    open_count: int


def meeting_lines(plan, today: datetime.date) -> list[MeetingLine]:
    """All meetings of a plan, the latest first. Two queries."""
    papers = Paper.objects.without_contents().order_by("fiscal_year", "number")
    meetings = (
        Meeting.objects.filter(plan=plan)
        .select_related("committee")
        .annotate(
            opinion_count=Count("opinions"),
            open_count=Count("opinions", filter=Q(opinions__settled_on=None)),
        )
        .prefetch_related(Prefetch("papers", papers))
        .order_by("-held_on", "-pk")
    )
    return [_line(meeting, today) for meeting in meetings]


def _line(meeting, today):
    return MeetingLine(
        id=meeting.pk,
        name=meeting.name,
        url=meeting.get_absolute_url(),
        held_on=meeting.held_on,
        held=held_text(meeting),
        is_to_come=meeting.held_on > today,
        committee=str(meeting.committee or ""),
        agenda=excerpt(meeting.agenda),
        papers=tuple((str(paper), paper.get_absolute_url()) for paper in meeting.papers.all()),
        opinion_count=meeting.opinion_count,
        open_count=meeting.open_count,
    )


class MeetingTable(tables.Table):
    """Rows are MeetingLines."""

    held = tables.Column(
        verbose_name="開催日", order_by="held_on", attrs={"td": {"class": "nowrap"}}
    )
    name = tables.Column(verbose_name="会議", orderable=False)
    agenda = tables.Column(verbose_name="議題", orderable=False, default="―")
    papers = tables.Column(
        verbose_name="資料", orderable=False, default="―", empty_values=((), None)
    )
    opinion_count = tables.Column(
        verbose_name="意見・決定",
        orderable=False,
        attrs={"th": {"class": "num"}, "td": {"class": "num"}},
    )
    open_count = tables.Column(
        verbose_name="未対応",
        orderable=False,
        attrs={"th": {"class": "num"}, "td": {"class": "num"}},
    )

    row_header = "name"

    class Meta:
        attrs = {"class": "table"}
        empty_text = "会議はまだ登録されていません。"

    def render_held(self, record, value):
        mark = format_html('<span class="table__sub">予定</span>') if record.is_to_come else ""
        return format_html("{}{}", value, mark)

    def render_name(self, record):
        sub = format_html('<span class="table__sub">{}</span>', record.committee)
        return format_html('<a href="{}">{}</a>{}', record.url, record.name, sub)

    def render_papers(self, value):
        links = ((url, name) for name, url in value)
        return format_html_join("", '<span class="table__line"><a href="{}">{}</a></span>', links)
