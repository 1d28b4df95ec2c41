import django_tables2 as tables
from django.urls import reverse
from django.utils.html import format_html, format_html_join

from dxplan.accounts.people import RoleState

UNBROKEN = {"td": {"class": "nowrap"}}
NUMBER = {"th": {"class": "num"}, "td": {"class": "num"}}
NONE = "―"


def lines(texts):
    """Texts one below the other."""
    return format_html_join("", '<span class="table__line">{}</span>', ((text,) for text in texts))


def linked(label, url):
    return format_html('<a href="{}">{}</a>', url, label)


class PeopleTable(tables.Table):
    """Rows are PersonRows."""

    name = tables.Column(verbose_name="氏名")
    roles = tables.Column(verbose_name="役割", orderable=False, empty_values=())
    coming = tables.Column(verbose_name="これからの役割", orderable=False, empty_values=())
    state = tables.Column(verbose_name="状態", attrs=UNBROKEN)
    username = tables.Column(verbose_name="利用者ID", attrs=UNBROKEN)

    row_header = "name"

    class Meta:
        attrs = {"class": "table table--sticky-first"}
        empty_text = "条件に合う利用者はいません。"

    def render_name(self, record):
        return linked(record.name, record.url)

    def render_roles(self, value):
        return lines(value) or NONE

    def render_coming(self, value):
        return lines(value) or NONE

    def render_state(self, value):
        return value.label


class RoleTable(tables.Table):
    """Rows are RoleRows of `person`; with `may_change` each that has not ended can be changed."""

    role = tables.Column(verbose_name="役割", attrs=UNBROKEN)
    place = tables.Column(verbose_name="課", empty_values=())
    period = tables.Column(verbose_name="期間", attrs=UNBROKEN)
    state = tables.Column(verbose_name="状態", attrs=UNBROKEN)
    change = tables.Column(verbose_name="操作", empty_values=(), attrs={"td": {"class": "links"}})

    row_header = "role"

    class Meta:
        attrs = {"class": "table"}
        orderable = False
        empty_text = "役割はまだありません。"

    def __init__(self, rows, *, person, day, may_change=False):
        super().__init__(rows, exclude=() if may_change else ("change",))
        self.person, self.day = person, day
        self.caption = "新しいものから順に示します"

    def render_role(self, value):
        return value.label

    def render_place(self, value):
        return value or NONE

    def render_state(self, value):
        return value.label

    def render_change(self, record):
        names = [("終了日を変える", "role_end")] if record.state != RoleState.ENDED else []
        if record.valid_from >= self.day:
            names.append(("取り消す", "role_withdraw"))
        links = [(reverse(name, args=[self.person.pk, record.id]), label) for label, name in names]
        return format_html_join("", '<a href="{}">{}</a>', links) or NONE


class DepartmentTable(tables.Table):
    """Rows are DepartmentRows."""

    name = tables.Column(verbose_name="課名")
    state = tables.Column(verbose_name="状態", attrs=UNBROKEN)
    people = tables.Column(verbose_name="利用者", attrs=NUMBER)
    period = tables.Column(verbose_name="期間", empty_values=())
    successor = tables.Column(verbose_name="引き継ぐ課", empty_values=())
    code = tables.Column(verbose_name="課コード", empty_values=(), attrs=UNBROKEN)

    row_header = "name"

    class Meta:
        attrs = {"class": "table table--sticky-first"}
        orderable = False
        empty_text = "条件に合う課はありません。"

    def render_name(self, record):
        before = "、".join(record.predecessors)
        sub = format_html('<span class="table__sub">旧 {}</span>', before) if before else ""
        return format_html("{}{}", linked(record.name, record.url), sub)

    def render_code(self, value):
        return value or NONE

    def render_period(self, value):
        return value or NONE

    def render_successor(self, value):
        return value or NONE

    def render_people(self, value):
        return f"{value}人"

    def render_state(self, value):
        return value.label


class TownTable(tables.Table):
    """Rows are TownRows."""

    name = tables.Column(verbose_name="市区町村")
    code = tables.Column(verbose_name="団体コード", empty_values=(), attrs=UNBROKEN)
    people = tables.Column(verbose_name="利用者", empty_values=(), attrs=UNBROKEN)
    departments = tables.Column(verbose_name="課室", empty_values=(), attrs=UNBROKEN)

    row_header = "name"

    class Meta:
        attrs = {"class": "table"}
        orderable = False

    def render_code(self, value):
        return value or NONE

    def render_people(self, record):
        return linked(f"{record.people}人", record.people_url)

    def render_departments(self, record):
        if not record.departments_url:
            return NONE
        return linked(f"{record.departments}課", record.departments_url)
