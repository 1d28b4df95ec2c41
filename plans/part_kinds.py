"""What kinds of parts a plan document has beside its policies."""

from collections.abc import Callable
from dataclasses import dataclass

from django.db.models import Count, Model

from dxplan.lib.fiscal_years import show_date
from plans.models import Committee, GlossaryTerm, Meeting, PolicyLevel, RelatedPlan, Section

LONGEST_EXCERPT = 60  # characters of a text in a list


@dataclass(frozen=True)
class Kind:
    """One kind of part.

    `fields` are what people fill in: shown, compared, put on record. `columns` are (header,
    getter) pairs for what the list tells beside the name; `counted` is a relation whose rows it
    counts as `count`.
    """

    slug: str
    model: type[Model]
    meaning: str
    fields: tuple[str, ...]
    columns: tuple[tuple[str, Callable], ...]
    joined: tuple[str, ...] = ()
    counted: str = ""
    is_ordered: bool = False
    advice: str = ""

    @property
    def name(self) -> str:
        return self.model._meta.verbose_name

    def of_plan(self, plan):
        """The plan's parts of this kind, in their order."""
        parts = self.model.objects.filter(plan=plan).order_by(*self.model._meta.ordering, "pk")
        parts = parts.select_related(*self.joined) if self.joined else parts
        return parts.annotate(count=Count(self.counted)) if self.counted else parts


def excerpt(text: str) -> str:
    """A text in one line, cut where it is long."""
    line = " ".join(text.split())
    return line if len(line) <= LONGEST_EXCERPT else f"{line[:LONGEST_EXCERPT]}…"


def held_text(meeting) -> str:
    """「令和5年8月9日」, or from when to when."""
    first = show_date(meeting.held_on)
    return f"{first}から{show_date(meeting.held_until)}まで" if meeting.held_until else first


KINDS = {
    kind.slug: kind
    for kind in (
        Kind(
            slug="sections",
            model=Section,
            meaning="計画書の章立てと本文です。",
            advice="↑↓で動かすと、下に続く節や項も一緒に動きます。"
            "別の章へ移すときは「編集」で場所を選びます。",
            fields=("depth", "number", "title", "body", "content"),
            columns=(
                ("段階", Section.get_depth_display),
                ("節の内容", Section.get_content_display),
                ("本文", lambda section: excerpt(section.body)),
            ),
            is_ordered=True,
        ),
        Kind(
            slug="terms",
            model=GlossaryTerm,
            meaning="計画書で説明する言葉です。",
            advice="計画書にはこの順で載ります。",
            fields=("term", "reading", "definition"),
            columns=(
                ("読み", lambda term: term.reading),
                ("説明", lambda term: excerpt(term.definition)),
            ),
            is_ordered=True,
        ),
        Kind(
            slug="committees",
            model=Committee,
            meaning="計画を進める組織と、その構成員です。構成員は氏名ではなく職で登録します。",
            fields=("name", "duty"),
            columns=(
                ("役割", lambda committee: excerpt(committee.duty)),
                ("構成員", lambda committee: f"{committee.count}件"),
            ),
            counted="seats",
            is_ordered=True,
        ),
        Kind(
            slug="meetings",
            model=Meeting,
            meaning="策定までの経過と、その後の会議です。",
            advice="日付の順に並びます。",
            fields=("name", "committee", "held_on", "held_until", "place", "agenda"),
            columns=(
                ("開催日", held_text),
                ("推進組織", lambda meeting: str(meeting.committee or "")),
                ("内容", lambda meeting: excerpt(meeting.agenda)),
            ),
            joined=("committee",),
        ),
        Kind(
            slug="related-plans",
            model=RelatedPlan,
            meaning="この計画の上位の計画や、関連する計画です。",
            fields=("name", "relation", "period", "note", "framework"),
            columns=(
                ("関係", RelatedPlan.get_relation_display),
                ("期間・時期", lambda related: related.period),
                ("説明", lambda related: excerpt(related.note)),
                ("項目の一覧", lambda related: str(related.framework or "")),
            ),
            joined=("framework",),
            is_ordered=True,
        ),
        Kind(
            slug="levels",
            model=PolicyLevel,
            meaning="基本方針、施策など、計画の体系の階層です。",
            advice="追加と削除は、いちばん下からします。",
            fields=("name", "tier", "axis"),
            columns=(
                ("体系の名称", lambda level: level.axis),
                ("階層の種類", PolicyLevel.get_tier_display),
                ("登録数", lambda level: f"{level.count}件"),
            ),
            counted="policies",
        ),
    )
}
