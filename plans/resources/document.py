"""Sheets of the plan document: sections, terms, committees with seats, meetings, related plans."""

from dxplan.lib.exchange.book import ASIDE_NUMBER, ASIDE_TEXT, Slot
from dxplan.lib.exchange.columns import (
    Column,
    Reference,
    label_column,
    name_column,
    place_column,
    text_column,
)
from dxplan.lib.exchange.readers import WholeField
from dxplan.lib.exchange.resource import SheetMeta, SheetResource
from dxplan.lib.form_fields import DayField
from plans.models import (
    Committee,
    CommitteeSeat,
    Framework,
    GlossaryTerm,
    Meeting,
    RelatedPlan,
    Section,
)
from plans.part_rules import twin_sections

ENDS_BEFORE = "終了日は開催日以後にしてください。"


class SectionResource(SheetResource):
    sheet = "章・節"
    meaning = "計画書の見出しと本文です。表示順の番号の順に並びます。"

    position = Column(
        "position", WholeField(least=1), header="表示順", width=8, example="1",
        help="計画書の中の順の番号です。",
    )  # fmt: skip
    depth = label_column(Section, "depth", width=14, example="章")
    number = name_column(Section, "number", width=12, help="計画書のとおり。", example="第1章")
    title = name_column(Section, "title", width=40, example="計画の策定にあたって")
    body = text_column(Section, "body", width=70)
    content = label_column(
        Section, "content", width=24, help="本文の下に、登録されている内容から作成して載せるもの。"
    )

    class Meta(SheetMeta):
        model = Section
        import_id_fields = ("position",)

    def label_of(self, texts):
        return " ".join(filter(None, (texts.get("番号", ""), texts.get("見出し", ""))))

    def problems_between(self, states):
        standing = list(self.kept_rows())
        for state in states:
            for name, message in twin_sections(state.instance, standing).items():
                yield state, self.fields[name].header, message
            standing.append(state.instance)


class TermResource(SheetResource):
    sheet = "用語"
    meaning = "計画書で説明している用語です。"

    term = name_column(GlossaryTerm, "term", width=28, example="オープンデータ")
    reading = name_column(GlossaryTerm, "reading", width=24, example="おーぷんでーた")
    definition = text_column(
        GlossaryTerm, "definition", width=80, example="だれでも使える形で公開されたデータ。"
    )
    position = place_column()

    slots = (Slot(("用語",), "term", ASIDE_TEXT),)

    class Meta(SheetMeta):
        model = GlossaryTerm
        import_id_fields = ("term",)

    def complete(self, instance, state):
        self.places.give(instance)


class CommitteeResource(SheetResource):
    sheet = "推進組織"
    meaning = "計画を進める組織です。"

    name = name_column(Committee, "name", width=34, example="DX推進本部")
    duty = text_column(Committee, "duty", width=70)
    position = place_column()

    slots = (Slot(("名称",), "name", ASIDE_TEXT),)

    class Meta(SheetMeta):
        model = Committee
        import_id_fields = ("name",)

    def complete(self, instance, state):
        self.places.give(instance)


class SeatResource(SheetResource):
    sheet = "構成員"
    meaning = "推進組織の構成員です。氏名ではなく職を入力します。"
    scope = None

    committee = Reference(
        "committee", Committee, key="name", sheet="推進組織", header="推進組織", width=34,
        example="DX推進本部",
    )  # fmt: skip
    position = Column(
        "position", WholeField(least=1), header="表示順", width=8, example="1",
        help="組織の中の順の番号です。",
    )  # fmt: skip
    role = name_column(CommitteeSeat, "role", width=20, example="本部長")
    post = name_column(CommitteeSeat, "post", width=30, example="町長")

    slots = (Slot(("推進組織", "表示順"), "position", ASIDE_NUMBER),)

    class Meta(SheetMeta):
        model = CommitteeSeat
        import_id_fields = ("committee", "position")

    def get_queryset(self):
        rows = CommitteeSeat.objects.filter(committee__plan=self.owner).select_related("committee")
        return rows.order_by("committee__position", "committee", "position")


class RelatedPlanResource(SheetResource):
    sheet = "関連計画"
    meaning = "この計画の上位の計画や、関連する計画です。"

    name = name_column(RelatedPlan, "name", width=44, example="○○町第6次総合計画")
    relation = label_column(RelatedPlan, "relation", width=14, example="上位計画")
    period = name_column(RelatedPlan, "period", width=28, help="計画書のとおり。")
    note = name_column(RelatedPlan, "note", width=50)
    framework = Reference(
        "framework", Framework, key="code", sheet="上位計画」「項目一覧", header="上位計画コード",
        required=False, width=26, help="施策との対応を、その計画の項目ごとに付けているとき。",
    )  # fmt: skip
    position = place_column()

    slots = (Slot(("計画名",), "name", ASIDE_TEXT),)

    class Meta(SheetMeta):
        model = RelatedPlan
        import_id_fields = ("name",)

    def get_queryset(self):
        return super().get_queryset().select_related("framework")

    def complete(self, instance, state):
        self.places.give(instance)


class MeetingResource(SheetResource):
    sheet = "策定経過"
    meaning = "策定までの経過と、その後の会議です。"

    held_on = Column("held_on", DayField(), header="開催日", width=18, example="令和7年8月9日")
    held_until = Column("held_until", DayField(required=False), header="終了日", width=18)
    name = name_column(Meeting, "name", width=40, example="第1回DX推進本部会議")
    committee = Reference(
        "committee", Committee, key="name", sheet="推進組織", header="推進組織", required=False,
        width=26,
    )  # fmt: skip
    place = name_column(Meeting, "place", width=24)
    agenda = text_column(Meeting, "agenda", width=60, help="議題は、1行に1つずつ入力します。")

    slots = (Slot(("開催日", "名称"), "name", ASIDE_TEXT),)

    class Meta(SheetMeta):
        model = Meeting
        import_id_fields = ("held_on", "name")

    def get_queryset(self):
        return super().get_queryset().select_related("committee")

    def problems_between(self, states):
        for state in states:
            row = state.instance
            if row.held_until and row.held_until < row.held_on:
                yield state, "終了日", ENDS_BEFORE
