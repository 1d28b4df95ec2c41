"""Action plans as a table."""

import django_tables2 as tables
from django.urls import reverse
from django.utils.html import format_html

from actionplans.sheets import ActionRow

UNBROKEN = {"td": {"class": "nowrap"}}
NOT_GIVEN = "―"


def state_badge(state):
    return format_html('<span class="state state--{}">{}</span>', state.value, state.label)


class ActionPlanTable(tables.Table):
    """Rows are ActionRows."""

    row_header = "title"

    number = tables.Column(verbose_name="施策NO.", orderable=False, attrs=UNBROKEN)
    title = tables.Column(verbose_name="事業名", orderable=False)
    department_name = tables.Column(
        verbose_name="担当課", orderable=False, default=NOT_GIVEN, attrs=UNBROKEN
    )
    continuity = tables.Column(
        verbose_name="新規・継続", orderable=False, default=NOT_GIVEN, attrs=UNBROKEN
    )
    stages = tables.Column(verbose_name="工程", orderable=False, empty_values=())
    state = tables.Column(verbose_name="状態", orderable=False, default=NOT_GIVEN, attrs=UNBROKEN)

    class Meta:
        attrs = {"class": "table"}
        empty_text = "条件に合うアクションプランはありません。"

    def render_title(self, record: ActionRow):
        return format_html(
            '<a href="{}">{}</a><span class="table__sub">{}</span>',
            reverse("action_plan", args=[record.id]),
            record.title,
            " ＞ ".join((*record.group, record.policy.label) if record.policy else record.group),
        )

    def render_stages(self, record: ActionRow):
        return f"{len(record.stages)}件" if record.stages else "なし"

    def render_state(self, value):
        return state_badge(value)
