"""From when on changes are told: one's last login, the last meeting, last year, a day."""

import datetime
from dataclasses import dataclass

from django import forms
from django.db.models import F
from django.db.models.lookups import IsNull
from django.utils import timezone

from dxplan.accounts.session_clock import previous_login
from dxplan.accounts.trail.subjects import EventKind
from dxplan.accounts.trail.words import show_moment
from dxplan.lib.audit import event_models
from dxplan.lib.choices import LabelledEnum
from dxplan.lib.fiscal_years import FiscalYear, show_date
from dxplan.lib.form_fields import DayField
from plans.models import Meeting, Plan, PlanYear


class Span(LabelledEnum):
    """変化をみる期間, up to now."""

    VISIT = "visit", "前回のログインから"
    MEETING = "meeting", "前回の会議から"
    YEAR = "year", "前年度から"
    DAY = "day", "指定した日から"


@dataclass(frozen=True)
class Since:
    """A moment from which on changes are told, and what it was, in words."""

    span: Span
    moment: datetime.datetime
    text: str

    @property
    def query(self) -> str:
        if self.span != Span.DAY:
            return f"since={self.span.value}"
        return f"from={timezone.localdate(self.moment).isoformat()}"


class DayForm(forms.Form):
    def __init__(self, data):
        super().__init__(data)
        self.fields["from"] = DayField(label="この日から（例: R8.4.1）", required=False)


@dataclass(frozen=True)
class Spans:
    """The moments that this plan and person have, the one asked for, and the form for a day."""

    known: dict[Span, Since]
    chosen: Since
    form: DayForm
    is_shortened: bool

    @property
    def links(self) -> list[tuple[Span, Since | None, bool]]:
        """Each span but the day's, its moment if there is one, and whether it is shown."""
        named = [span for span in Span if span != Span.DAY]
        return [(span, self.known.get(span), span == self.chosen.span) for span in named]


def spans_of(plan: Plan, session, data) -> Spans:
    """What an address asks for: `from` a day, or `since` a span; else the first that is known.

    Nothing is told of the time before the plan was registered. Three queries.
    """
    today = timezone.localdate()
    known = {item.span: item for item in _known(plan, session, today) if item}
    form = DayForm(data)
    form.is_valid()
    day = form.cleaned_data.get("from")
    asked = known.get(data.get("since")) or next(iter(known.values()))
    chosen = Since(Span.DAY, _midnight(day), show_date(day)) if day else asked
    registered = _registered(plan)
    is_shortened = registered is not None and registered > chosen.moment
    if is_shortened:
        text = f"計画が登録された{show_moment(registered)}"
        chosen = Since(chosen.span, registered, text)
    return Spans(known, chosen, form, is_shortened)


def _known(plan, session, today):
    login = previous_login(session)
    yield Since(Span.VISIT, login, f"{show_moment(login)}のログイン") if login else None
    yield _last_meeting(plan, today)
    yield _last_year(plan, today)


def _last_meeting(plan, today):
    """The beginning of the day of the last meeting before today: of a committee, if any met."""
    held = Meeting.objects.filter(plan=plan, held_on__lt=today).only("held_on", "name")
    meeting = held.order_by(IsNull(F("committee"), True), "-held_on", "-pk").first()
    if meeting is None:
        return None
    text = f"{show_date(meeting.held_on)}の「{meeting.name}」"
    return Since(Span.MEETING, _midnight(meeting.held_on), text)


def _last_year(plan, today):
    """The last closing before this fiscal year, else its first day."""
    begin = FiscalYear.of(today)
    closed = PlanYear.objects.filter(plan=plan, closed_at__lt=_midnight(begin.first_day))
    year = closed.order_by("-closed_at").first()
    if year is None:
        return Since(
            Span.YEAR, _midnight(begin.first_day), f"{show_date(begin.first_day)}（年度の初日）"
        )
    name = FiscalYear(year.fiscal_year).era_label
    return Since(Span.YEAR, year.closed_at, f"{show_moment(year.closed_at)}の{name}の締め")


def _registered(plan):
    """When the plan came onto the trail; None for one that is older."""
    events = event_models()[Plan].objects.filter(pgh_obj_id=plan.pk, pgh_label=EventKind.INSERT)
    return events.values_list("pgh_created_at", flat=True).order_by("pgh_id").first()


def _midnight(day):
    """The day's first moment in Tokyo."""
    return timezone.make_aware(datetime.datetime.combine(day, datetime.time()))
