"""The list of one's notices, the number in the header, home, and what comes by mail."""

import re

import pytest
from django.test import Client
from django.utils import timezone

from dxplan.accounts.models import Municipality
from dxplan.lib.audit import event_models
from dxplan.lib.mail_server import MailServer
from plans.models import Notice, NoticeChoice, OutgoingMail
from tests.factories import make_notice, make_person

LIST, CHOICES, READ_ALL = "/notices/", "/notices/choices/", "/notices/read/"
SERVER = MailServer("127.0.0.1", 25, "", "", "dx@example.lg.jp", "off", "")


@pytest.fixture
def mail(settings):
    settings.MAIL_SERVER = SERVER


def titles(response):
    return [notice.title for notice in response.context["page"].object_list]


def unread():
    return sorted(Notice.objects.unread().values_list("title", flat=True))


@pytest.mark.parametrize("count", [1, 3])
def test_list_takes_six_queries(staff, plan, count_queries, count):
    for _ in range(count):
        make_notice(staff)

    response = count_queries(6, staff, LIST)

    assert len(titles(response)) == count
    assert response.headers["Cache-Control"] == "no-store"


def test_list_shows_ones_own_notices_newest_first(visit, staff, dx_office, plan):
    for title in ("古い", "新しい"):
        make_notice(staff, title=title)
    make_notice(dx_office, title="他人の")

    assert titles(visit(staff, LIST)) == ["新しい", "古い"]


def test_list_can_be_narrowed_to_what_is_unread(visit, staff):
    make_notice(staff, title="既読", read_at=timezone.now())
    make_notice(staff, title="未読")

    response = visit(staff, f"{LIST}?state=unread")

    assert titles(response) == ["未読"]
    assert "未読（1）" in response.content.decode()


@pytest.mark.parametrize(
    ("query", "first"), [("", "24"), ("?page=2", "4"), ("?page=99", "4"), ("?page=x", "24")]
)
def test_long_list_has_pages_of_twenty(visit, staff, query, first):
    for number in range(25):
        make_notice(staff, title=str(number))

    assert titles(visit(staff, LIST + query))[0] == first


def test_empty_lists_say_why(visit, staff):
    assert "お知らせはまだありません" in visit(staff, LIST).content.decode()
    make_notice(staff, read_at=timezone.now())
    text = visit(staff, f"{LIST}?state=unread").content.decode()
    assert "未読のお知らせはありません" in text


def test_texts_of_notices_are_only_text(visit, staff):
    make_notice(staff, title="<script>alert(1)</script>", text="{{7*7}}\n<b>太字</b>")

    text = visit(staff, LIST).content.decode()

    assert "&lt;script&gt;alert(1)" in text
    assert "{{7*7}}" in text
    assert "<b>太字" not in text


def test_opening_a_notice_marks_it_as_read_and_leads_to_its_page(visit, staff):
    notice = make_notice(staff, link="/plans/?state=in_force")
    make_notice(staff, title="ほかの")

    response = visit(staff, f"/notices/{notice.pk}/open/", {})

    assert (response.status_code, response.url) == (302, "/plans/?state=in_force")
    assert unread() == ["ほかの"]


def test_nothing_is_marked_as_read_by_fetching_addresses(visit, staff):
    notice = make_notice(staff, title="未読")
    for url in (LIST, "/", f"/notices/{notice.pk}/open/", f"/notices/{notice.pk}/read/", READ_ALL):
        visit(staff, url)

    assert unread() == ["未読"]


def test_reading_again_keeps_the_first_time(visit, staff):
    notice = make_notice(staff)
    visit(staff, f"/notices/{notice.pk}/open/", {})
    first = Notice.objects.get().read_at

    visit(staff, f"/notices/{notice.pk}/open/", {})
    assert Notice.objects.get().read_at == first


FORM = re.compile(r'<form[^>]* method="post" action="(/notices/[^"]+)">(.*?)</form>', re.DOTALL)
HIDDEN = re.compile(r'type="hidden" name="(\w+)" value="([^"]*)"')


@pytest.mark.parametrize(("url", "number"), [("/", 2), (LIST, 3)])
def test_forms_carry_what_guards_them(staff, plan, url, number):
    make_notice(staff)
    client = Client(enforce_csrf_checks=True)
    client.force_login(staff)
    forms = FORM.findall(client.get(url).content.decode())

    assert len(forms) == number
    for action, body in forms:
        sent = dict(HIDDEN.findall(body))
        assert {"csrfmiddlewaretoken", "typed_by"} <= set(sent)
        assert client.post(action, sent).status_code == 302
    assert unread() == []


def test_marking_one_comes_back_to_the_same_list(visit, staff):
    notice = make_notice(staff)

    response = visit(staff, f"/notices/{notice.pk}/read/?state=unread&page=2", {})

    assert (response.status_code, response.url) == (302, "/notices/?state=unread&page=2")
    assert unread() == []


def test_marking_all_leaves_what_came_meanwhile(visit, staff, dx_office):
    seen = [make_notice(staff, title=title) for title in ("一", "二")]
    make_notice(staff, title="あとから来た")
    make_notice(dx_office, title="他人の")

    response = visit(staff, READ_ALL, {"newest": seen[-1].pk}, follow=True)

    assert unread() == ["あとから来た", "他人の"]
    assert "2件を既読にしました。" in response.content.decode()


@pytest.mark.parametrize("newest", ["", "x", "-1", "1" * 30, "１"])
def test_marking_all_without_a_number_marks_nothing(visit, staff, newest):
    make_notice(staff, title="未読")

    assert visit(staff, READ_ALL, {"newest": newest}).status_code == 302
    assert unread() == ["未読"]


@pytest.mark.parametrize("verb", ["open", "read"])
def test_notice_of_another_person_is_not_found(visit, staff, dx_office, verb):
    notice = make_notice(dx_office, title="他人の")

    assert visit(staff, f"/notices/{notice.pk}/{verb}/", {}).status_code == 404
    assert visit(staff, f"/notices/2000000000/{verb}/", {}).status_code == 404
    assert unread() == ["他人の"]


def test_header_tells_how_many_are_unread(visit, staff, dx_office):
    make_notice(staff)
    make_notice(staff)
    make_notice(staff, read_at=timezone.now())

    assert visit(staff, "/").context["navigation"].unread_notices == 2
    assert '2<span class="visually-hidden">件が未読' in visit(staff, LIST).content.decode()
    assert "unread-count" not in visit(dx_office, "/").content.decode()


def test_administrator_of_no_town_has_a_list_too(visit, db):
    administrator = make_person("sysadmin", role="system_administrator")
    make_notice(administrator, title="メールを送れません", link="")

    response = visit(administrator, LIST)

    assert titles(response) == ["メールを送れません"]


def test_home_shows_the_newest_three_unread(visit, staff, plan, count_queries):
    for number in range(4):
        make_notice(staff, title=f"{number}番目")
    make_notice(staff, title="既読", read_at=timezone.now())

    shown = visit(staff, "/").context["notices"]

    assert [notice.title for notice in shown] == ["3番目", "2番目", "1番目"]


def test_home_without_unread_notices_shows_no_part_of_them(visit, staff, plan):
    make_notice(staff, read_at=timezone.now())

    response = visit(staff, "/")

    assert response.context["notices"] == []
    assert "新しいお知らせ" not in response.content.decode()


# What comes by mail.


def choose(visit, person, address="staff@example.lg.jp", kinds=("opened", "overdue"), **options):
    sent = {"mail_address": address, "kinds": list(kinds)}
    return visit(person, CHOICES, sent, **options)


def chosen(person):
    return NoticeChoice.objects.values_list("mail_address", "kinds").get(person=person)


def test_without_a_mail_server_the_page_says_so(visit, staff, settings):
    settings.MAIL_SERVER = None

    page, sent = visit(staff, CHOICES), choose(visit, staff)

    assert (page.status_code, sent.status_code) == (200, 409)
    assert "メールは使われていません" in page.content.decode()
    assert not NoticeChoice.objects.exists()


def test_choice_is_kept_and_shown_again(visit, staff, mail):
    assert visit(staff, CHOICES).context["form"].initial == {
        "mail_address": "",
        "kinds": ["opened", "due_soon", "overdue", "reminded", "returned"],
    }

    response = choose(visit, staff, follow=True)

    assert "2種類のお知らせがメールでも届きます。" in response.content.decode()
    assert chosen(staff) == ("staff@example.lg.jp", ["opened", "overdue"])
    assert visit(staff, CHOICES).context["form"].initial["kinds"] == ["opened", "overdue"]

    response = choose(visit, staff, address="", kinds=(), follow=True)
    assert "メールは届きません。" in response.content.decode()
    assert chosen(staff) == ("", [])


def test_choice_is_on_record_once_a_change(visit, staff, mail):
    for kinds in (("opened",), ("opened",), ("closed",)):
        choose(visit, staff, kinds=kinds)

    events = event_models()[NoticeChoice].objects.order_by("pgh_id")
    assert [(event.pgh_label, event.kinds, event.pgh_context["name"]) for event in events] == [
        ("insert", ["opened"], "staff"),
        ("update", ["closed"], "staff"),
    ]


@pytest.mark.parametrize(
    "address",
    [
        "taro",
        "taro@",
        "taro@example.lg.jp\nBcc: all@example.lg.jp",
        "taro@example.lg.jp\r\nSubject: x",
        "taro@example.lg.jp, hanako@example.lg.jp",
        "山田@example.lg.jp",
        "taro@例え.jp",
        "taro\u202e@example.lg.jp",
        '"a\x01b"@example.lg.jp',
        "<taro@example.lg.jp>",
        "a" * 250 + "@example.lg.jp",
    ],
    ids=ascii,
)
def test_address_that_is_none_is_refused_and_stays_as_typed(visit, staff, mail, address):
    response = choose(visit, staff, address=address)

    assert response.status_code == 422
    assert list(response.context["form"].errors) == ["mail_address"]
    assert response.context["form"]["mail_address"].value() == address
    assert not NoticeChoice.objects.exists()


def test_kinds_need_an_address_and_must_be_offered(visit, staff, mail):
    response = choose(visit, staff, address="")
    assert response.context["form"].errors == {
        "mail_address": ["メールで受け取るには、メールアドレスが必要です。"]
    }
    for kind in ("mail_trouble", "other"):
        response = choose(visit, staff, kinds=[kind])
        assert response.context["form"].errors == {
            "kinds": ["選択肢にないお知らせです。選び直してください。"]
        }
    assert not NoticeChoice.objects.exists()


def test_address_that_did_not_work_is_told(visit, staff, mail):
    choose(visit, staff)
    OutgoingMail.objects.create(
        notice=make_notice(staff),
        address="staff@example.lg.jp",
        state="failed",
        made_at=timezone.now(),
        next_try_at=timezone.now(),
        trouble="550 no such user",
    )

    text = visit(staff, CHOICES).content.decode()

    assert "staff@example.lg.jp に届けられませんでした（550 no such user）" in text


def test_choices_take_six_queries(staff, plan, mail, count_queries):
    assert count_queries(6, staff, CHOICES).status_code == 200


def test_pages_need_a_login(db):
    assert Municipality.objects.count() == 0
    for url in (LIST, CHOICES):
        assert Client().get(url).url == f"/accounts/login/?next={url}"
