"""Sheets of a plan's checklists and their items. States of a year are entered on their page."""

from dxplan.lib.exchange.book import ASIDE_NUMBER, ASIDE_TEXT, Slot
from dxplan.lib.exchange.columns import Column, Reference, name_column, place_column
from dxplan.lib.exchange.readers import CodeField, WholeField
from dxplan.lib.exchange.resource import SheetMeta, SheetResource
from plans.models import Checklist, ChecklistItem


class ChecklistResource(SheetResource):
    sheet = "現況一覧"
    meaning = "手続やシステムなど、1つずつ済・未を数える一覧です。指標のもとにもなります。"

    code = Column(
        "code", CodeField(max_length=30, example="procedures"), header="コード", width=18,
        help="半角の英字・数字・「-」。", example="procedures",
    )  # fmt: skip
    name = name_column(Checklist, "name", width=44, example="行政手続のオンライン化の状況")
    done_label = name_column(Checklist, "done_label", width=14, example="済")
    not_yet_label = name_column(Checklist, "not_yet_label", width=14, example="未")
    absent_label = name_column(Checklist, "absent_label", width=16, example="手続なし")
    source = name_column(Checklist, "source", width=24)
    position = place_column()

    slots = (Slot(("コード",), "code", ASIDE_TEXT),)

    class Meta(SheetMeta):
        model = Checklist
        import_id_fields = ("code",)

    def complete(self, instance, state):
        self.places.give(instance)


class ChecklistItemResource(SheetResource):
    sheet = "現況一覧の項目"
    meaning = "一覧の項目の1つ1つです。年度ごとの状況は、画面で入力します。"
    scope = None

    checklist = Reference(
        "checklist", Checklist, key="code", sheet="現況一覧", header="一覧コード", width=18,
        example="procedures",
    )  # fmt: skip
    number = Column(
        "number", WholeField(), header="番号", width=8, help="一覧の中の番号です。", example="1"
    )
    group = name_column(ChecklistItem, "group", width=30)
    name = name_column(ChecklistItem, "name", width=50, example="図書館の図書貸出予約")

    slots = (Slot(("一覧コード", "番号"), "number", ASIDE_NUMBER),)

    class Meta(SheetMeta):
        model = ChecklistItem
        import_id_fields = ("checklist", "number")

    def get_queryset(self):
        rows = ChecklistItem.objects.filter(checklist__plan=self.owner)
        return rows.select_related("checklist").order_by(
            "checklist__position", "checklist", "number"
        )
