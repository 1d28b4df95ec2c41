"""Sheets of what measures serve: the town's frameworks and their items, and who serves which."""

from django.db.models import Q

from dxplan.lib.exchange.book import ASIDE_TEXT, Slot
from dxplan.lib.exchange.columns import (
    Column,
    KeyPart,
    Reference,
    label_column,
    name_column,
    place_column,
    told,
)
from dxplan.lib.exchange.readers import CodeField
from dxplan.lib.exchange.resource import SheetMeta, SheetResource
from plans.models import (
    Framework,
    FrameworkItem,
    Policy,
    PolicyFrameworkItem,
    RelatedPlan,
)

TAKEN = "コード「{code}」は使えません。別のコードにしてください。"
USED_ELSEWHERE = "ほかの計画でも使われているため、ここでは変えられません。"
USED_ELSEWHERE_KEPT = "ほかの計画でも使われているため、ファイルになくても削除しません。"
FRAMEWORK_CODE = "上位計画コード"


def used_elsewhere(plan) -> set[int]:
    """The frameworks of the town that other plans point to. One query."""
    links = PolicyFrameworkItem.objects.exclude(policy__plan=plan.pk).values("item__framework")
    related = RelatedPlan.objects.exclude(plan=plan.pk).values("framework")
    own = Framework.objects.filter(municipality=plan.municipality_id)
    return set(own.filter(Q(pk__in=links) | Q(pk__in=related)).values_list("pk", flat=True))


class TownResource(SheetResource):
    """Rows of the town, which other plans may use too: those they use stay as they are."""

    scope = None

    def load(self):
        self.rows = self.standing_rows()
        self.used = used_elsewhere(self.owner)
        self.texts = {id(row): self.texts_of(row) for row in self.rows}
        self.marks = {id(row): self.mark_of(self.texts[id(row)]) for row in self.rows}

    def match(self, table, options):
        """A plan that is not there yet leaves what the town has as it is."""
        super().match(table, options)
        if not self.owner.pk:
            self.missing = []

    def may_go(self, row):
        return super().may_go(row) and self.framework_id(row) not in self.used

    def why_kept(self, row):
        if self.framework_id(row) in self.used:
            return USED_ELSEWHERE_KEPT
        return super().why_kept(row)

    def problems_between(self, states):
        for state in states:
            is_used = not state.is_new and self.framework_id(state.instance) in self.used
            if is_used and self._is_changed(state):
                yield state, "名称", USED_ELSEWHERE

    def framework_id(self, row):
        raise NotImplementedError


class FrameworkResource(TownResource):
    sheet = "上位計画"
    meaning = (
        "総合計画など、施策が対応する市区町村の計画です。"
        "国の計画は登録済みです（「項目一覧」シート）。"
    )

    code = Column(
        "code", CodeField(max_length=50, example="sogo-keikaku-6"), header="コード", width=26,
        help="半角の英字・数字・「-」。", example="sogo-keikaku-6",
    )  # fmt: skip
    name = name_column(Framework, "name", width=40, example="○○町第6次総合計画")
    edition = name_column(Framework, "edition", width=20)
    position = place_column()

    slots = (Slot(("コード",), "code", ASIDE_TEXT),)

    class Meta(SheetMeta):
        model = Framework
        import_id_fields = ("code",)

    def get_queryset(self):
        return Framework.objects.filter(municipality=self.owner.municipality_id)

    def also_known(self):
        return Framework.objects.filter(municipality=None)

    def new_row(self):
        return Framework(municipality=self.owner.municipality)

    def framework_id(self, row):
        return row.pk

    def complete(self, instance, state):
        if instance.position is None:
            instance.position = 100  # after the national ones

    def problems_between(self, states):
        yield from super().problems_between(states)
        fresh = [state for state in states if state.instance.code not in
                 {text["コード"] for text in self.texts.values()}]  # fmt: skip
        codes = [state.instance.code for state in fresh]
        # Other towns' codes are refused in the same words: whose they are is not told.
        taken = set(Framework.objects.filter(code__in=codes).values_list("code", flat=True))
        for state in fresh:
            if state.instance.code in taken:
                yield state, "コード", TAKEN.format(code=state.instance.code)


class FrameworkItemResource(TownResource):
    sheet = "上位計画の項目"
    meaning = "「上位計画」シートの計画の、施策・項目の1つ1つです。"

    framework = Reference(
        "framework", Framework, key="code", sheet="上位計画", header=FRAMEWORK_CODE, width=26,
        example="sogo-keikaku-6",
    )  # fmt: skip
    number = name_column(FrameworkItem, "number", width=14, example="1-2")
    name = name_column(FrameworkItem, "name", width=44, example="電子自治体の推進")
    item_class = label_column(FrameworkItem, "item_class", width=22, example="区分なし")
    position = place_column()

    slots = (Slot((FRAMEWORK_CODE, "番号"), "number", ASIDE_TEXT),)
    placed_within = "framework"

    class Meta(SheetMeta):
        model = FrameworkItem
        import_id_fields = ("framework", "number")

    def get_queryset(self):
        rows = FrameworkItem.objects.filter(framework__municipality=self.owner.municipality_id)
        rows = rows.select_related("framework")
        return rows.order_by("framework__position", "framework__code", "position", "pk")

    def also_known(self):
        return FrameworkItem.objects.filter(framework__municipality=None).select_related(
            "framework"
        )

    def framework_id(self, row):
        return row.framework_id

    def complete(self, instance, state):
        self.places.give(instance)

    def problems_between(self, states):
        yield from super().problems_between(states)
        for state in states:
            framework = state.instance.framework
            if framework.pk and framework.municipality_id is None:
                yield state, FRAMEWORK_CODE, TAKEN.format(code=framework.code)


class ItemLinkResource(SheetResource):
    sheet = "項目との対応"
    meaning = "どの施策が、上位計画や国の計画のどの項目に対応するかです。"
    scope = None

    policy = Reference(
        "policy",
        Policy,
        key="code",
        sheet="方針・施策",
        header="施策コード",
        width=14,
        example="1-1",
    )
    policy_name = told("policy__name", "施策")
    framework = KeyPart(
        "item__framework__code", FRAMEWORK_CODE, width=26, example="sogo-keikaku-6",
        help="「項目一覧」シートのコード。",
    )  # fmt: skip
    item = Reference(
        "item", FrameworkItem, key="number", sheet="上位計画の項目」「項目一覧", width=14,
        header="項目の番号", beside=(FRAMEWORK_CODE,), example="1-2",
    )  # fmt: skip
    item_name = told("item__name", "項目", width=36)

    class Meta(SheetMeta):
        model = PolicyFrameworkItem
        import_id_fields = ("policy", "framework", "item")

    def get_queryset(self):
        rows = PolicyFrameworkItem.objects.filter(policy__plan=self.owner)
        rows = rows.select_related("policy", "item__framework")
        return rows.order_by("policy__position", "policy__code", "item__framework__position",
                             "item__position", "pk")  # fmt: skip
