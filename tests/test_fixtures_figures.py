"""The two towns' plans as printed, typed here a second time, against what the fixtures load."""

import datetime
import html
import re
from decimal import Decimal

import pytest
from django.core.management import call_command

from dxplan.accounts.models import User
from kpis.measurement import Milestone
from kpis.models import Kpi, Target
from plans.models import Plan, Policy
from plans.tree import policy_tree
from tests.factories import make_person

# 神石高原町 第2次 DX推進計画【案】, 1(2) 基本方針 and 2 基本計画
JINSEKIKOGEN_TREE = """
デジタル技術の浸透による人と自然が輝くまちづくりの実現
  (1) 自治体フロントヤード改革の推進
  (2) 地方公共団体情報システムの標準化
  (3) 「国・地方デジタル共通基盤の整備・運用に関する基本方針」に基づく共通化等の推進
  (4) 公金収納におけるeL-QR(キャッシュレス決済)の活用
  (5) マイナンバーカードの取得支援・利用の推進
  (6) セキュリティ対策の徹底
  (7) 自治体のAIの利用推進
  (8) テレワークの推進
"""

# The same, 3 デジタル推進基本構想, numbered as in the table of contents
JINSEKIKOGEN_VISION = """
(1) 行政運営の効率化・住民の利便性向上を図る自治体DXの推進
  ア. 住民の利便性向上
  イ. 行政運営の効率化
(2) 地域の課題解決を図る地域社会DXの推進
  ア. 移住及び定住並びに地域間交流の促進
  イ. 農林水産業、観光産業、商工業その他の地域産業の生産性向上
  ウ. 日常的な移動のための交通手段の確保
  エ. 生活環境の維持及び管理
  オ. 子育て環境の確保
  カ. 保健及び福祉の向上
  キ. 医療の確保
"""

# The same, 4 成果指標（基本計画）: unit, R7基準値 and 目標値 of R8 to R11, each with its 時点.
JINSEKIKOGEN_KPIS = {
    "オンラインに対応した手続きのオンライン申請割合の増加": (
        "% 22.7(R6) 23.5(R7) 24.1(R8) 24.6(R9) 25.0(R10)"
    ),
    "標準化システム移行作業の完了（進捗率）": (
        "% 75(R7.3末) 80(R8.3末) 90(R9.3末) 100(R10.3末) 100(R11.3末)"
    ),
    "キャッシュレス決裁に対応した税、公共料金の窓口現金収納割合の減少": (
        "% 27.5(R6) 26.7(R7) 26.0(R8) 25.4(R9) 25.0(R10)"
    ),
    "マイナンバーカード交付率全国平均以上の維持": (
        "% 80.5(全国平均78.2)(R7.3末) 全国平均以上(R8.3末) 全国平均以上(R9.3末) "
        "全国平均以上(R10.3末) 全国平均以上(R11.3末)"
    ),
    "新規採用職員へのセキュリティ研修受講の徹底": ("% 100(R6) 100(R7) 100(R8) 100(R9) 100(R10)"),
    "AI活用回数の増加(職員一人当たり年間利用回数)": "回 15(R6) 21(R7) 25(R8) 28(R9) 30(R10)",
}

# The rows' 分類, as numbers of the items they stand for, and the direction their wording names.
JINSEKIKOGEN_PLACES = ["(1)", "(2)", "(4)", "(5)", "(6)", "(7)"]
JINSEKIKOGEN_DIRECTIONS = {
    "1": "increase",  # 増加
    "3": "decrease",  # 減少
    "4": "maintain_at_least",  # 以上の維持
    "6": "increase",  # 増加
}

# 香美町 DX推進計画, 香美町DX計画 基本方針
KAMI_TREE = """
1 行政サービスのデジタル化による町民生活の利便性向上
  ① 行政手続きのオンライン化・地域社会のデジタル化
    1) 行政手続きのオンライン化
    2) 窓口サービスのデジタル化
    3) キャッシュレス決済の導入
    4) デジタル田園都市国家構想の実現に向けたデジタル実装の取組の推進・地域社会のデジタル化
    5) デジタルデバイド対策
    6) 証明書コンビニ交付の利用促進
  ② マイナンバーカードの普及促進
    1) マイナンバーカードの普及促進
    2) マイナポータルの利用促進
  ③ 教育情報化の推進
    1) 教育情報化の推進
  ④ 情報発信の充実
    1) オープンデータの拡充(町保有データのオープン化)
    2) 行政情報発信の充実
  ⑤ 規制の点検・見直し
    1) デジタル原則に基づく条例等の規制の点検・見直し
2 デジタル技術の活用による業務効率化
  ① 情報システムクラウド化の推進
    1) 情報システムの標準化・共通化
  ② 業務効率化の推進
    1) AI/RPAの利用推進
    2) テレワークの推進
    3) ペーパーレスの推進
  ③ 情報セキュリティ・ICTリテラシーの向上
    1) セキュリティ対策の徹底
    2) 職員のICTリテラシー(利活用能力)向上
"""

# The same, 5(3) 取組内容: where it stands, KPI, 数値目標 as printed and as a figure, 達成時期.
KAMI_KPIS = """
1①1)｜オンライン申請業務の拡充
申請業務45手続の達成｜45手続｜令和7年度末

1①2)｜お悔やみ手続き等に伴う庁舎滞在時間の短縮
庁舎滞在時間20%削減｜20%｜令和7年度末

1①3)｜キャッシュレス決済利用比率の向上
キャッシュレス決済による納付・納入率40%の達成｜40%｜令和7年度末

1①4)｜地域社会デジタル化施策の立案
3施策以上の実施｜3施策｜令和7年度末

1①5)｜高齢者等スマホ教室の実施
延100人の受講者達成｜100人｜令和7年度末

1①6)｜証明書コンビニ交付での証明書発行件数の増加
証明書総発行件数の10%を証明書コンビニ交付で発行｜10%｜令和7年度末

1②1)｜マイナンバーカード取得率の向上
国の目標100%に準拠。以後継続。｜100%｜令和4年度末

1②2)｜マイナポータル機能の周知
毎年度1回以上広報誌等で周知｜1回｜毎年度末

1③1)｜全国学力・学習状況調査の満足度向上(児童生徒のICT機器活用)
満足度75%以上の達成｜75%｜令和7年度末

1④1)｜オープンデータ公表セット数の増加
公表セット数24セットの達成｜24セット｜令和7年度末

1④2)｜町HP上アンケート「みつけやすかった」「わかりやすかった」「参考になった」回答者割合
高評価の割合80%の達成｜80%｜令和7年度末

1⑤1)｜アナログ規制の点検・見直しの実施
令和7年度末までに見直しの完了｜完了｜令和7年度末

2①1)｜国標準システム及びGov-Cloudへの移行の完了
令和7年度末までに完全移行｜完了｜令和7年度末

2②1)｜AI/RPAを利用した業務数の増加
8業務へ導入の達成｜8業務｜令和7年度末

2②2)｜テレワーク実施申請者数の増加
毎年度5名の申請者の達成｜5名｜毎年度末

2②3)｜紙の使用枚数の削減
令和3年度実績から20%の削減｜20%｜令和7年度末

2③1)｜職員向け情報セキュリティ研修の実施
毎年度1回以上の研修の実施｜1回｜毎年度末

2③2)｜ICTリテラシー研修
毎年度1回以上の研修の実施｜1回｜毎年度末
"""

# The plan runs from 令和5年度 to 令和7年度; what was due before it goes on (以後継続).
KAMI_TARGET_YEARS = {
    "令和7年度末": (2025,),
    "毎年度末": (2023, 2024, 2025),
    "令和4年度末": (2022, 2023, 2024, 2025),
}

# The same, アクションプラン（例） 3. 成果目標・スケジュール of the first KPI.
KAMI_YEARLY_TARGETS = {2022: "27手続", 2023: "32手続", 2024: "38手続", 2025: "45手続"}


@pytest.fixture(autouse=True)
def towns(db):
    call_command("loaddata", "jinsekikogen", "kami", verbosity=0)


@pytest.fixture
def jinsekikogen():
    return Plan.objects.get(municipality__name="神石高原町")


@pytest.fixture
def kami():
    return Plan.objects.get(municipality__name="香美町")


def outline(nodes):
    return ["  " * (node.depth - 1) + node.label for node in nodes]


def taken(row):
    """A 時点 as the tables print it: R6, R7.3末."""
    if row.taken_on is None:
        return f"R{row.taken_fiscal_year - 2018}"
    day_after = row.taken_on + datetime.timedelta(days=1)
    assert day_after.day == 1
    return f"R{row.taken_on.year - 2018}.{row.taken_on.month}末"


def figure(value, decimals):
    """A figure with its digits; one that has more than the plan prints is none of the plan's."""
    text = f"{value:.{decimals}f}"
    assert Decimal(text) == value
    return text


def jinsekikogen_line(kpi):
    cells = [figure(kpi.baseline_value, kpi.decimals)]
    if kpi.baseline_reference:
        cells[0] += f"({kpi.reference_name}{figure(kpi.baseline_reference, kpi.decimals)})"
    cells[0] += f"({taken(kpi)})"
    for target in kpi.targets.order_by("fiscal_year"):
        is_number = target.kind == "number"
        text = figure(target.value, kpi.decimals) if is_number else comparison(target)
        cells.append(f"{text}({taken(target)})")
    return " ".join((kpi.unit, *cells))


def comparison(target):
    assert (target.kind, target.kpi.direction) == ("reference", "maintain_at_least")
    return f"{target.kpi.reference_name}以上"


def test_jinsekikogen_plan_is_as_printed(jinsekikogen):
    found = (jinsekikogen.title, jinsekikogen.edition, jinsekikogen.philosophy)

    assert found == (
        "神石高原町 第2次 DX推進計画",
        "案",
        "デジタル技術の浸透による人と自然が輝くまちづくりの実現",
    )
    assert (jinsekikogen.first_fiscal_year, jinsekikogen.last_fiscal_year) == (2026, 2029)
    assert jinsekikogen.adopted_month == datetime.date(2026, 3, 1)


@pytest.mark.parametrize(
    ("axis", "printed"),
    [("基本計画", JINSEKIKOGEN_TREE), ("デジタル推進基本構想", JINSEKIKOGEN_VISION)],
)
def test_jinsekikogen_policies_are_as_printed(jinsekikogen, axis, printed):
    nodes = [node for node in policy_tree(jinsekikogen) if node.axis == axis]

    assert outline(nodes) == printed.split("\n")[1:-1]


def test_jinsekikogen_kpis_are_as_printed(jinsekikogen):
    kpis = jinsekikogen.kpis.order_by("position")

    assert {kpi.name: jinsekikogen_line(kpi) for kpi in kpis} == JINSEKIKOGEN_KPIS
    assert [kpi.name for kpi in kpis] == list(JINSEKIKOGEN_KPIS)
    assert [kpi.policy.number for kpi in kpis] == JINSEKIKOGEN_PLACES


def test_jinsekikogen_figures_belong_to_the_years_of_their_columns(jinsekikogen):
    targets = Target.objects.filter(kpi__plan=jinsekikogen)

    assert set(jinsekikogen.kpis.values_list("baseline_fiscal_year", flat=True)) == {2025}
    for kpi in jinsekikogen.kpis.all():
        years = targets.filter(kpi=kpi).values_list("fiscal_year", flat=True)
        assert list(years.order_by("fiscal_year")) == [2026, 2027, 2028, 2029]


def test_jinsekikogen_directions_are_those_of_the_wording(jinsekikogen):
    worded = jinsekikogen.kpis.filter(number__in=JINSEKIKOGEN_DIRECTIONS)

    assert dict(worded.values_list("number", "direction")) == JINSEKIKOGEN_DIRECTIONS


def test_kami_plan_is_as_printed(kami):
    assert (kami.title, kami.edition) == (
        "香美町デジタル・トランスフォーメーション(DX)推進計画",
        "令和5年4月策定",
    )
    assert (kami.first_fiscal_year, kami.last_fiscal_year) == (2023, 2025)
    assert kami.adopted_month == datetime.date(2023, 4, 1)


def test_kami_levels_are_as_printed(kami):
    assert list(kami.levels.values_list("name", flat=True)) == [
        "基本方針",
        "取組内容",
        "具体的な取組・施策",
    ]
    counts = [Policy.objects.filter(plan=kami, level__depth=depth).count() for depth in (1, 2, 3)]
    assert counts == [2, 8, 18]


def test_kami_policies_are_as_printed(kami):
    assert outline(policy_tree(kami)) == KAMI_TREE.split("\n")[1:-1]


def kami_kpis():
    """(place, name, wording, figure, due) of every KPI as printed."""
    entries = KAMI_KPIS.strip().split("\n\n")
    return [tuple(entry.replace("\n", "｜").split("｜")) for entry in entries]


def place(policy):
    """「1①1)」: the numbers from the basic policy down."""
    return f"{policy.parent.parent.number}{policy.parent.number}{policy.number}"


def figure_text(target):
    if target.kind == "milestone":
        return Milestone(target.milestone).label
    return f"{figure(target.value, 0)}{target.kpi.unit}"


def test_kami_kpis_are_as_printed(kami):
    kpis = kami.kpis.order_by("position").select_related("policy__parent__parent")

    assert [(place(kpi.policy), kpi.name, kpi.target_wording) for kpi in kpis] == [
        (where, name, wording) for where, name, wording, _, _ in kami_kpis()
    ]


def test_kami_targets_are_as_printed(kami):
    printed = {
        name: dict.fromkeys(KAMI_TARGET_YEARS[due], figure)
        for _, name, _, figure, due in kami_kpis()
    }
    printed["オンライン申請業務の拡充"] = KAMI_YEARLY_TARGETS

    found = {
        kpi.name: {target.fiscal_year: figure_text(target) for target in kpi.targets.all()}
        for kpi in Kpi.objects.filter(plan=kami)
    }

    assert found == printed


def test_kami_targets_are_due_at_the_end_of_their_years(kami):
    for target in Target.objects.filter(kpi__plan=kami):
        assert target.taken_on == datetime.date(target.fiscal_year + 1, 3, 31)


def test_kami_figures_have_no_baseline(kami):
    """The plan prints none, not even for what it wants reduced."""
    assert set(kami.kpis.values_list("baseline_value", "baseline_fiscal_year")) == {(None, None)}


def test_only_the_first_kpi_of_kami_has_a_printed_department(kami):
    found = kami.kpis.exclude(departments=None).values_list("name", "departments__name")

    assert list(found) == [("オンライン申請業務の拡充", "企画課")]


def read_page(visit, kpi):
    """What a member of the committee reads: the line below the name, and the table by year."""
    reader = User.objects.filter(municipality=kpi.plan.municipality).first()
    reader = reader or make_person("reader", kpi.plan.municipality, role="committee")
    page = visit(reader, kpi.get_absolute_url()).content.decode()
    lead = re.search('<p class="lead">(.*?)</p>', page)
    table = page.split('aria-label="年度ごとの目標と実績"')[1].split("</table>")[0]
    rows = [re.findall("<t[hd].*?</t[hd]>", row, re.DOTALL) for row in table.split("<tr>")[2:]]
    return lead and words(lead[1]), [[words(cell) for cell in row] for row in rows]


def words(text):
    return " ".join(html.unescape(re.sub("<[^>]*>", " ", text)).split())


def spelled(printed):
    """「23.5(R7)」 as the page says it: 「23.5% 時点 令和7年度」."""
    figure, when = re.fullmatch(r"(.*)\((.*)\)", printed).groups()
    year, _, month = when.removesuffix("末").partition(".")
    time = f"{month}月末" if month else "度"
    return figure, f"時点 令和{year[1:]}年{time}"


def with_unit(figure, unit):
    """「80.5(全国平均78.2)」 as the page says it: 「80.5%（全国平均 78.2%）」."""
    suffix = unit if unit == "%" else f" {unit}"
    number, _, other = figure.partition("(")
    if not number[0].isdigit():
        return number
    beside = f"（全国平均 {other.removeprefix('全国平均').rstrip(')')}{suffix}）" if other else ""
    return f"{number}{suffix}{beside}"


def test_jinsekikogen_kpi_pages_read_as_printed(visit, jinsekikogen):
    for kpi in jinsekikogen.kpis.all():
        unit, *printed = JINSEKIKOGEN_KPIS[kpi.name].split()
        baseline, *targets = [
            f"{with_unit(figure, unit)} {when}" for figure, when in map(spelled, printed)
        ]
        _, rows = read_page(visit, kpi)

        assert rows[0][:3] == ["基準値 令和7年度", "―", baseline]
        assert [row[:2] for row in rows[1:]] == [
            [f"令和{year}年度 {year + 2018}年度", target]
            for year, target in zip((8, 9, 10, 11), targets, strict=True)
        ]


def test_kami_kpi_pages_read_as_printed(visit, kami):
    for _, name, wording, figure, due in kami_kpis():
        kpi = kami.kpis.get(name=name)
        lead, rows = read_page(visit, kpi)
        targets = dict.fromkeys(KAMI_TARGET_YEARS[due], figure)
        if name == "オンライン申請業務の拡充":
            targets = KAMI_YEARLY_TARGETS

        assert lead == f"計画書の数値目標: {wording}"
        assert {int(row[0][-6:-2]): row[1] for row in rows if row[1] != "―"} == {
            year: f"{with_digits(target, kpi)} 時点 令和{year - 2017}年3月末"
            for year, target in targets.items()
        }


def with_digits(figure, kpi):
    """「45手続」「20%」 as the page says it, with the KPI's digits: 「45 手続」「20.0%」."""
    number, unit = re.fullmatch(r"(\d*)(.*)", figure).groups()
    return with_unit(f"{Decimal(number):.{kpi.decimals}f}", unit) if number else figure
