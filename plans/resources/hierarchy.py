"""Sheets of a plan's hierarchy: levels, policies, and the matrix between axes."""

from itertools import groupby

from django.db.models import Value

from dxplan.lib.exchange.book import ASIDE_TEXT, Slot
from dxplan.lib.exchange.columns import (
    Column,
    KeyPart,
    Reference,
    label_column,
    name_column,
    place_column,
    text_column,
    told,
)
from dxplan.lib.exchange.readers import WholeField
from dxplan.lib.exchange.resource import SheetMeta, SheetResource
from dxplan.lib.form_fields import NameField
from plans.levels import MOST_LEVELS
from plans.models import Policy, PolicyLevel, PolicyLink

LEVEL_NAME = "level by name"
GAP = "体系の深さは、1から順に続くようにしてください。"
SAME_LEVEL = "同じ名称の階層が、この体系にあります。"
NO_PARENT = "いちばん上の階層ではないため、上位コードが必要です。"
TOP_LEVEL = "いちばん上の階層には、上位コードを入力できません。"
WRONG_PARENT = "上位は、すぐ上の階層のものにしてください。"
SAME_NUMBER = "番号「{number}」は、同じ上位の下にすでにあります。別の番号にしてください。"
SAME_AXIS = "対応する方針は、ほかの体系のものにしてください。"
AXIS = "体系の名称"
AXIS_HELP = "体系が1つだけの計画では、空欄でかまいません。"


class LevelResource(SheetResource):
    sheet = "階層"
    meaning = "基本方針、施策など、計画の体系の階層です。上から順に並べます。"

    axis = name_column(PolicyLevel, "axis", width=20, help=AXIS_HELP)
    depth = Column(
        "depth", WholeField(least=1, most=MOST_LEVELS), header="深さ", width=8,
        help="いちばん上の階層が1です。", example="1",
    )  # fmt: skip
    tier = label_column(
        PolicyLevel,
        "tier",
        width=16,
        example="基本方針",
        help="ほかの計画とくらべるときの呼び方です。",
    )
    name = name_column(PolicyLevel, "name", width=24, example="基本方針")

    slots = (Slot((AXIS, "深さ"), "axis", ASIDE_TEXT),)
    more_examples = ({"深さ": "2", "階層の種類": "施策", "階層の名称": "施策"},)

    class Meta(SheetMeta):
        model = PolicyLevel
        import_id_fields = ("axis", "depth")

    def note(self, key, row, texts):
        super().note(key, row, texts)
        self.book.note(LEVEL_NAME, (key[0], texts.get("階層の名称", "").strip()), row)

    def complete(self, instance, state):
        """A new axis comes after those that are there."""
        if not state.is_new:
            return
        known = {row.axis: row.axis_position for row in self._settled() if row is not instance}
        last = max(known.values(), default=0)
        instance.axis_position = known.get(instance.axis, last + 1)
        self.settled.append(instance)

    def _settled(self):
        if not hasattr(self, "settled"):
            self.settled = list(self.rows)
        return self.settled

    def problems_between(self, states):
        lines = [(state.instance, state) for state in states]
        lines += [(row, None) for row in self.kept_rows()]
        in_axis = {}
        for row, state in sorted(lines, key=lambda line: line[0].depth):
            in_axis.setdefault(row.axis, []).append((row, state))
        for levels in in_axis.values():
            for place, (row, state) in enumerate(levels, 1):
                if state and row.depth != place:
                    yield state, "深さ", GAP
                others = [other.name for other, _ in levels if other is not row]
                if state and row.name in others:
                    yield state, "階層の名称", SAME_LEVEL


class PolicyResource(SheetResource):
    sheet = "方針・施策"
    meaning = "基本方針、取組、施策の1つ1つです。ほかのシートからは、コードで指します。"

    code = Column(
        "code", NameField(max_length=30), header="コード", width=12, example="1",
        help="この計画の中で重ならない記号です。",
    )  # fmt: skip
    axis = KeyPart("level__axis", AXIS, required=False, width=18, help=AXIS_HELP)
    level = Reference(
        "level", LEVEL_NAME, key="name", sheet="階層", header="階層の名称", beside=(AXIS,),
        width=24, example="基本方針",
    )  # fmt: skip
    parent = Reference(
        "parent", Policy, key="code", sheet=sheet, header="上位コード", required=False, width=12,
        help="すぐ上の階層のもののコード。いちばん上の階層では空欄です。",
    )  # fmt: skip
    number = name_column(Policy, "number", width=12, help="計画書のとおり。", example="①")
    name = name_column(Policy, "name", width=44, example="便利に暮らせるまち")
    summary = text_column(Policy, "summary", width=60)
    position = place_column()

    placed_within = "parent"
    more_examples = (
        {
            **{"コード": "1-1", "階層の名称": "施策", "上位コード": "1", "番号": "(1)"},
            "名称": "行政手続のオンライン化",
        },
    )
    slots = (
        Slot(("コード",), "code", ASIDE_TEXT),
        Slot((AXIS, "階層の名称", "上位コード", "番号"), "number", Value("")),
    )

    class Meta(SheetMeta):
        model = Policy
        import_id_fields = ("code",)

    def get_queryset(self):
        return Policy.objects.of_plan(self.owner).select_related("level", "parent")

    def standing_rows(self):
        """In the order of the tree: every policy before those below it."""
        rows = list(self.get_queryset())
        by_id = {row.pk: row for row in rows}
        return sorted(rows, key=lambda row: (row.level.axis_position, _way(row, by_id)))

    def label_of(self, texts):
        said = (texts.get(name, "") for name in ("コード", "番号", "名称"))
        return " ".join(filter(None, said))

    def complete(self, instance, state):
        self.places.give(instance)

    def problems_between(self, states):
        seen = {self._place(row) for row in self.kept_rows()}
        for state in states:
            row = state.instance
            message = _misplaced(row)
            if message:
                yield state, "上位コード", message
            place = self._place(row)
            if row.number and place in seen:
                yield state, "番号", SAME_NUMBER.format(number=row.number)
            seen.add(place)

    def _place(self, row):
        parent = row.parent.code if row.parent else ""
        return parent, row.level.axis, row.level.name, row.number

    def create(self):
        """From the top, so that those below find what they stand under."""
        in_order = sorted(self.creates, key=lambda row: row.level.depth)
        for _, rows in groupby(in_order, key=lambda row: row.level.depth):
            Policy.objects.bulk_create(rows)

    def remove(self):
        """From the bottom."""
        in_order = sorted(self.deletes, key=lambda row: -row.level.depth)
        for _, rows in groupby(in_order, key=lambda row: row.level.depth):
            Policy.objects.filter(pk__in=[row.pk for row in rows]).delete()


def _way(row, by_id) -> tuple:
    """The places of a policy and of all above it, from the top."""
    way = []
    while row:
        way.insert(0, (row.position, row.pk))
        row = by_id.get(row.parent_id)
    return tuple(way)


def _misplaced(row) -> str:
    parent = row.parent
    if row.level.depth == 1:
        return TOP_LEVEL if parent else ""
    if parent is None:
        return NO_PARENT
    above = getattr(parent, "level", None)  # a line with mistakes of its own has none
    if above is None or (above.axis, above.depth) == (row.level.axis, row.level.depth - 1):
        return ""
    return WRONG_PARENT


class LinkResource(SheetResource):
    sheet = "方針との対応"
    meaning = "体系が2つ以上ある計画で、どの施策がほかの体系のどの方針に対応するか（表の●）です。"
    scope = None

    policy = Reference(
        "policy", Policy, key="code", sheet="方針・施策", header="施策コード", width=14
    )
    policy_name = told("policy__name", "施策")
    parent = Reference(
        "parent", Policy, key="code", sheet="方針・施策", header="対応する方針のコード", width=20
    )
    parent_name = told("parent__name", "対応する方針")

    class Meta(SheetMeta):
        model = PolicyLink
        import_id_fields = ("policy", "parent")

    def get_queryset(self):
        rows = PolicyLink.objects.filter(policy__plan=self.owner)
        rows = rows.select_related("policy", "parent")
        return rows.order_by("policy__position", "policy__code", "parent__position", "pk")

    def problems_between(self, states):
        for state in states:
            axes = [
                getattr(row, "level", None)
                for row in (state.instance.policy, state.instance.parent)
            ]
            if all(axes) and axes[0].axis == axes[1].axis:
                yield state, "対応する方針のコード", SAME_AXIS
