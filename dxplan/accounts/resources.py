"""Sheets of a town and its departments, with which a new town begins."""

from dxplan.accounts.models import Department, Municipality
from dxplan.accounts.municipality_codes import validate_municipality_code
from dxplan.lib.exchange.columns import Column, name_column, place_column
from dxplan.lib.exchange.resource import SheetMeta, SheetResource
from dxplan.lib.form_fields import DayField, NameField

ONE_LINE = "自治体は1行だけです。ほかの行を消してください。"
NO_PREFECTURE = "「{typed}」は都道府県名として読み取れません。（例: 兵庫県）"
STANDS = "登録済みの市区町村の名称などは、ここでは変えられません。"
DEPARTMENT_STANDS = "登録済みの課は、ここでは変えられません。課室の画面で変えてください。"
ENDS_BEFORE = "廃止日は設置日以後にしてください。"


class TownCodeField(NameField):
    """全国地方公共団体コード with its check digit."""

    def clean(self, value):
        code = super().clean(value).strip()
        if code:
            validate_municipality_code(code)
        return code


class TownResource(SheetResource):
    sheet = "自治体"
    meaning = "市区町村です。1行だけ入力します。システム管理者が取り込みます。"
    scope = None

    code = Column(
        "code", TownCodeField(max_length=6), header="団体コード", width=14, example="285854",
        help="検査数字を含む6桁の全国地方公共団体コード。",
    )  # fmt: skip
    name = name_column(Municipality, "name", width=20, example="香美町")
    kana = name_column(Municipality, "kana", width=24, example="かみちょう")
    prefecture = name_column(Municipality, "prefecture", width=14, example="兵庫県")

    class Meta(SheetMeta):
        model = Municipality
        import_id_fields = ("code",)

    def standing_rows(self):
        return [self.owner]

    def new_row(self):
        return self.owner

    def problems_between(self, states):
        for state in states:
            if not state.is_new and self._is_changed(state):
                yield state, "団体コード", STANDS
            if not state.instance.prefecture.endswith(("都", "道", "府", "県")):
                typed = state.instance.prefecture
                yield state, self.fields["prefecture"].header, NO_PREFECTURE.format(typed=typed)
        for state in states[1:]:
            yield state, "団体コード", ONE_LINE


class DepartmentResource(SheetResource):
    sheet = "部署"
    meaning = (
        "課室の一覧です。計画の「担当課」は、この名称で指します。システム管理者が取り込みます。"
    )
    scope = "municipality"

    code = name_column(Department, "code", width=12, example="010")
    name = name_column(Department, "name", width=28, example="企画課")
    valid_from = Column(
        "valid_from", DayField(required=False), header="設置日", width=18, example="令和8年4月1日",
        help="前からある課では空欄でかまいません。",
    )  # fmt: skip
    valid_to = Column("valid_to", DayField(required=False), header="廃止日", width=18)
    position = place_column()

    class Meta(SheetMeta):
        model = Department
        import_id_fields = ("name",)

    def get_queryset(self):
        return Department.objects.of_town(self.owner.pk).order_by("position", "pk")

    def complete(self, instance, state):
        self.places.give(instance)

    def problems_between(self, states):
        codes = {}
        for state in states:
            row = state.instance
            if not state.is_new and self._is_changed(state):
                yield state, "課名", DEPARTMENT_STANDS
            if row.valid_from and row.valid_to and row.valid_to < row.valid_from:
                yield state, "廃止日", ENDS_BEFORE
            if row.code and codes.setdefault(row.code, row) is not row:
                yield state, "課コード", f"課コード「{row.code}」が2つ以上あります。"
