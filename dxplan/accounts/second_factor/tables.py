import django_tables2 as tables
from django.urls import reverse
from django.utils.html import format_html, format_html_join

from dxplan.accounts.second_factor.people_factors import FactorState

UNBROKEN = {"td": {"class": "nowrap"}}
NONE = "―"


class FactorTable(tables.Table):
    """Rows are FactorRows."""

    name = tables.Column(verbose_name="氏名")
    state = tables.Column(verbose_name="状態", attrs=UNBROKEN)
    change = tables.Column(verbose_name="操作", empty_values=(), orderable=False, attrs=UNBROKEN)
    factors = tables.Column(verbose_name="登録したもの", empty_values=())
    roles = tables.Column(verbose_name="役割", orderable=False, empty_values=())
    username = tables.Column(verbose_name="利用者ID", attrs=UNBROKEN)

    row_header = "name"

    class Meta:
        attrs = {"class": "table table--sticky-first"}
        empty_text = "利用者はいません。"

    def __init__(self, rows, *, query=""):
        super().__init__(rows)
        self.query = query
        self.caption = f"利用者の二要素認証（{len(rows)}人）"

    def render_roles(self, value):
        line = '<span class="table__line">{}</span>'
        return format_html_join("", line, ((role,) for role in value)) or NONE

    def render_state(self, value):
        text = "<strong>{}</strong>" if value == FactorState.MISSING else "{}"
        return format_html(text, value.label)

    def render_factors(self, value):
        return value or NONE

    def render_change(self, record):
        if not record.may_remove:
            return NONE
        url = reverse("factor_removal", args=[record.person_id]) + self.query
        return format_html('<a href="{}">解除する</a>', url)
