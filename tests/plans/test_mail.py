"""Mails: who gets which, through a real server on this machine, and what if that does not work."""

import dataclasses
import datetime

import pytest
from django.utils import timezone

from dxplan.lib.mail_server import MailServer
from plans import mail_sending
from plans.mail_sending import send_mails
from plans.mail_texts import body_of, subject_of
from plans.models import MAILABLE, Notice, NoticeChoice, NoticeKind, OutgoingMail
from plans.notice_retention import forget_old
from plans.notices import notify
from tests.factories import make_notice, make_person, make_plan_year
from tests.smtp_server import mail_taker, seconds

NOW = datetime.datetime(2026, 5, 20, 0, 0, tzinfo=datetime.UTC)
MINUTE, DAY = datetime.timedelta(minutes=1), datetime.timedelta(days=1)
ALL = [kind.value for kind in MAILABLE]


@pytest.fixture
def server():
    with mail_taker() as server:
        yield server


@pytest.fixture(autouse=True)
def configured(settings, server):
    settings.MAIL_SERVER = MailServer(
        "127.0.0.1", server.port, "", "", "DX推進 <dx@example.lg.jp>", "off", "http://dx.local"
    )
    return settings


@pytest.fixture(autouse=True)
def clock(time_machine):
    time_machine.move_to(NOW, tick=False)
    return time_machine


def wants_mail(person, kinds=ALL, address=None):
    address = f"{person.username}@example.lg.jp" if address is None else address
    NoticeChoice.objects.create(person=person, mail_address=address, kinds=kinds)


def tell(plan, people, occasion="1", kind=NoticeKind.OPENED, **overrides):
    year = plan.years.select_related("plan").get(fiscal_year=2025)
    return notify(kind=kind, plan_year=year, people=people, occasion=occasion, **overrides)


def recipients(server):
    return [address for address, _ in server.mails]


def states():
    """By the names of those to whom they go."""
    mails = OutgoingMail.objects.order_by("notice__person__username", "pk")
    return list(mails.values_list("state", flat=True))


def told_to_the_office():
    return list(Notice.objects.filter(kind="mail_trouble").values_list("person__username", "title"))


def test_mail_goes_to_those_who_chose_the_kind(plan, server, staff, dx_office, committee, town):
    silent = make_person("silent", town, role="auditor")
    wants_mail(staff)
    wants_mail(dx_office, kinds=["overdue"])
    wants_mail(committee, address="")
    tell(plan, [staff, dx_office, committee, silent])

    assert send_mails() == 1
    assert send_mails() == 0
    assert recipients(server) == ["staff@example.lg.jp"]
    assert (states(), Notice.objects.count()) == (["sent"], 4)


def test_mail_says_what_happened_and_where_to_read_on(plan, server, staff):
    wants_mail(staff)
    tell(plan, [staff], kind=NoticeKind.REMINDED, lines=["今週中にお願いします。"])
    send_mails()

    [(_, mail)] = server.mails
    notice = Notice.objects.get()
    assert (mail["Subject"].strip(), mail["From"], mail["To"], mail["Bcc"]) == (
        "【DX推進計画】令和7年度の実績の入力をお願いします",
        "DX推進 <dx@example.lg.jp>",
        "staff@example.lg.jp",
        None,
    )
    assert (mail["Message-ID"], mail["Auto-Submitted"]) == (
        f"<notice-{notice.pk}@example.lg.jp>",
        "auto-generated",
    )
    assert mail.get_content().replace("\r\n", "\n") == (
        "staff 様\n\n令和7年度の実績の入力をお願いします\n\nDX推進計画\n今週中にお願いします。\n\n"
        "くわしくは、DX推進計画 進行管理にログインして、「お知らせ」をご覧ください。\n"
        "http://dx.local/notices/\n\n"
        "このメールは自動で送られています。返信はできません。\n"
        "受け取るお知らせは、「お知らせ」の「メールの設定」で変えられます。\n"
    )


@pytest.mark.parametrize("kind", ["submitted", "returned", "approved", "reopened"])
def test_what_should_stay_inside_is_in_no_mail(staff, kind):
    notice = make_notice(staff, kind=kind, title="件名", text="差戻しの理由")

    assert "差戻しの理由" not in body_of(notice, "")
    assert "http" not in body_of(notice, "")


def test_subject_is_one_line(staff):
    notice = make_notice(staff, title="一行目\r\nBcc: all@example.lg.jp")

    assert subject_of(notice) == "【DX推進計画】一行目 Bcc: all@example.lg.jp"


def test_without_a_mail_server_nothing_is_queued_or_called(plan, server, staff, settings):
    settings.MAIL_SERVER = None
    wants_mail(staff)
    tell(plan, [staff])

    assert send_mails() == 0
    assert (OutgoingMail.objects.count(), server.connections) == (0, 0)


def test_nothing_to_send_calls_nobody(server, db):
    assert send_mails() == 0
    assert server.connections == 0


def test_choice_made_later_brings_no_old_notices(plan, server, staff):
    tell(plan, [staff])
    wants_mail(staff)
    tell(plan, [staff])

    assert (send_mails(), OutgoingMail.objects.count()) == (0, 0)


def test_telling_takes_seven_queries_with_mail(plan, staff, django_assert_num_queries):
    wants_mail(staff)
    year = plan.years.select_related("plan").get(fiscal_year=2025)

    with django_assert_num_queries(6):
        notify(kind=NoticeKind.OPENED, plan_year=year, people=[staff], occasion="1")
    assert states() == ["waiting"]


def test_stopped_account_gets_no_mail(plan, server, staff):
    wants_mail(staff)
    tell(plan, [staff])
    staff.is_active = False
    staff.save()

    assert (send_mails(), server.mails) == (0, [])


def test_old_news_is_not_sent(plan, server, staff, clock):
    wants_mail(staff)
    tell(plan, [staff])
    clock.move_to(NOW + 3 * DAY, tick=False)

    assert (send_mails(), server.mails) == (0, [])


def test_refused_recipient_is_told_to_the_office_and_stops_no_other(
    plan, server, staff, committee, dx_office, outsider
):
    wants_mail(staff)
    wants_mail(committee)
    tell(plan, [staff, committee])
    server.refusals["staff@example.lg.jp"] = "550 no such user"

    assert send_mails() == 1
    assert recipients(server) == ["committee@example.lg.jp"]
    assert states() == ["sent", "failed"]  # committee, staff
    assert told_to_the_office() == [("office", "お知らせのメールを届けられませんでした")]
    text = Notice.objects.get(kind="mail_trouble").text
    assert "staffさん宛てのメールが受け付けられませんでした。" in text
    assert "理由: 550 no such user" in text


def test_refusals_of_one_person_are_told_once_a_day(plan, server, staff, dx_office, clock):
    wants_mail(staff)
    server.refusals["staff@example.lg.jp"] = "550 no such user"
    for occasion in ("1", "2"):
        tell(plan, [staff], occasion)
        send_mails()
    assert len(told_to_the_office()) == 1

    clock.move_to(NOW + DAY, tick=False)
    tell(plan, [staff], "3")
    send_mails()
    assert len(told_to_the_office()) == 2


def test_refusal_for_now_is_tried_again_after_growing_pauses(plan, server, staff, clock):
    wants_mail(staff)
    tell(plan, [staff])
    server.refusals["staff@example.lg.jp"] = "450 busy"

    pauses = []
    for _ in range(9):
        send_mails()
        mail = OutgoingMail.objects.get()
        pauses.append((mail.next_try_at - timezone.now()) / MINUTE)
        clock.move_to(mail.next_try_at, tick=False)
    assert pauses == [1, 2, 4, 8, 16, 32, 60, 60, 60]
    assert (told_to_the_office(), states()) == ([], ["waiting"])

    server.refusals.clear()
    assert (send_mails(), states()) == (1, ["sent"])


def test_refused_mail_is_given_up_after_two_days(plan, server, staff, dx_office, clock):
    wants_mail(staff)
    tell(plan, [staff])
    server.answer_to_mail = "451 try later"
    send_mails()
    assert states() == ["waiting"]

    clock.move_to(NOW + 2 * DAY, tick=False)
    send_mails()
    assert states() == ["failed"]
    assert told_to_the_office() == [("office", "お知らせのメールを届けられませんでした")]


@pytest.mark.parametrize("trouble", ["away", "greeting", "silent"])
def test_server_that_does_not_work_is_told_after_a_quarter_of_an_hour(
    plan, server, staff, committee, dx_office, outsider, clock, settings, monkeypatch, trouble
):
    monkeypatch.setattr(mail_sending, "SECONDS_TO_ANSWER", 0.2)
    if trouble == "away":
        settings.MAIL_SERVER = dataclasses.replace(settings.MAIL_SERVER, port=1)
    server.greeting = "554 closed" if trouble == "greeting" else server.greeting
    server.is_silent = trouble == "silent"
    for person in (staff, committee, dx_office):
        wants_mail(person)
    tell(plan, [staff, committee])

    assert send_mails() == 0
    waiting = OutgoingMail.objects.values_list("state", "tries", "next_try_at")
    assert list(waiting) == [("waiting", 1, NOW + MINUTE)] * 2
    assert told_to_the_office() == []

    clock.move_to(NOW + 16 * MINUTE, tick=False)
    for _ in range(2):
        OutgoingMail.objects.update(next_try_at=NOW)
        assert send_mails() == 0
    assert told_to_the_office() == [("office", "お知らせのメールを送れていません")]
    text = Notice.objects.get(kind="mail_trouble").text
    assert "2通がメールサーバーへの送信を待っています。" in text
    assert OutgoingMail.objects.count() == 2  # of the trouble itself there is no mail


def test_all_waiting_mails_go_when_the_server_works_again(plan, server, staff, committee, clock):
    for person in (staff, committee):
        wants_mail(person)
    tell(plan, [staff, committee])
    server.greeting = "421 starting"
    assert send_mails() == 0

    server.greeting = "220 here"
    assert send_mails() == 0  # not before the pause is over
    clock.move_to(NOW + MINUTE, tick=False)
    assert send_mails() == 2
    assert server.connections == 2


def test_mails_are_given_up_where_the_server_stays_away(plan, server, staff, dx_office, clock):
    wants_mail(staff)
    tell(plan, [staff])
    server.greeting = "421 starting"
    clock.move_to(NOW + 2 * DAY, tick=False)

    assert (send_mails(), states()) == (0, ["failed"])


def test_slow_server_keeps_no_request_waiting(plan, server, staff, dx_office, visit):
    server.is_silent = True
    wants_mail(staff)

    assert seconds(lambda: tell(plan, [staff])) < 2
    assert server.connections == 0


def test_mail_that_cannot_be_written_is_given_up(plan, server, staff, committee):
    for person in (staff, committee):
        wants_mail(person)
    tell(plan, [staff, committee])
    OutgoingMail.objects.filter(notice__person=staff).update(address="a\nb@example.lg.jp")

    assert send_mails() == 1
    assert states() == ["sent", "failed"]  # committee, staff


def test_old_notices_and_mails_go(plan, server, staff, clock):
    wants_mail(staff)
    tell(plan, [staff])
    send_mails()
    read = make_notice(staff, read_at=NOW)
    make_plan_year(plan, 2023)

    forget_old(NOW + 90 * DAY)
    assert OutgoingMail.objects.count() == 1
    forget_old(NOW + 90 * DAY + MINUTE)
    assert (OutgoingMail.objects.count(), Notice.objects.count()) == (0, 2)

    forget_old(NOW + 400 * DAY + MINUTE)
    assert not Notice.objects.filter(pk=read.pk).exists()
    forget_old(NOW + 3 * 365 * DAY)
    assert Notice.objects.count() == 1
    forget_old(NOW + 3 * 365 * DAY + MINUTE)
    assert Notice.objects.count() == 0
