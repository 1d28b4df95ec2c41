"""What notices say, in the words of when something happened."""

from dxplan.lib.fiscal_years import FiscalYear, show_date
from plans.models import NoticeKind

LONGEST_TITLE = 200

TITLES = {
    NoticeKind.OPENED: "{year}の実績の照会が始まりました",
    NoticeKind.DUE_SOON: "{year}の実績の回答期限（{due}）が近づいています",
    NoticeKind.OVERDUE: "{year}の実績の回答期限（{due}）が過ぎました",
    NoticeKind.REMINDED: "{year}の実績の入力をお願いします",
    NoticeKind.SUBMITTED: "{year}の実績が提出されました",
    NoticeKind.RETURNED: "{year}の実績が差し戻されました",
    NoticeKind.APPROVED: "{year}の実績が承認されました",
    NoticeKind.CLOSED: "{year}を締めました",
    NoticeKind.REOPENED: "{year}の受付が再開されました",
}
# Those whose title does not say it already, and to whom it matters.
DUE_IN_TEXT = (NoticeKind.OPENED, NoticeKind.REMINDED, NoticeKind.RETURNED, NoticeKind.REOPENED)


def title_of(kind: NoticeKind, fiscal_year: int, due_on) -> str:
    """「令和7年度の実績の照会が始まりました」."""
    due = show_date(due_on) if due_on else "未定"
    return TITLES[kind].format(year=FiscalYear(fiscal_year).era_label, due=due)


def text_of(kind: NoticeKind, plan_title: str, due_on, lines=()) -> str:
    """The plan, the due date where it matters, and what else there is to say."""
    due = [f"回答期限: {show_date(due_on)}"] if due_on and kind in DUE_IN_TEXT else []
    return "\n".join([plan_title, *due, *filter(None, lines)])
