"""The tidy file's columns in words, and what is to be known of the file as a whole."""

from datetime import date

from dxplan.lib.fiscal_years import FiscalYear
from kpis.tidy import HEADERS
from kpis.tidy_codes import CODED

COLUMN_HEADERS = ("column_name", "label", "definition", "data_type", "unit", "has_codes")
FACT_HEADERS = ("item", "label", "value")
TEXT, WHOLE, DECIMAL, DAY, CODE, FLAG = "text", "integer", "decimal", "date", "code", "flag"

YEAR = "年度（西暦）"
OWN_UNIT = "列unitの単位"
BY_DEFINITION = "指標の定義による"
LABEL = "列{name}の符号の日本語"

# Name, what it is called, what it means, kind of data, unit of a number.
WORDS = (
    ("municipality_code", "団体コード", "全国地方公共団体コード（検査数字を含む6桁）", TEXT, ""),
    ("municipality_name", "団体名", "市区町村の名称", TEXT, ""),
    ("plan_code", "計画コード", "団体の中で計画を区別する符号", TEXT, ""),
    ("plan_title", "計画名", "DX推進計画の名称", TEXT, ""),
    ("plan_edition", "版", "計画の版の呼び方", TEXT, ""),
    ("basic_policy", "基本方針", "指標が属する最上位の方針", TEXT, ""),
    ("policy_level", "階層名", "指標が属する施策の階層の呼び方", TEXT, ""),
    ("policy", "施策", "指標が属する施策の番号と名称", TEXT, ""),
    ("kpi_number", "指標番号", "計画の中で指標を区別する番号", TEXT, ""),
    ("kpi_name", "指標名", "成果指標の名称", TEXT, ""),
    ("department_1", "担当課1", "実績を入力する課の名称", TEXT, ""),
    ("department_2", "担当課2", "2つ目の担当課の名称", TEXT, ""),
    ("department_3", "担当課3", "3つ目の担当課の名称", TEXT, ""),
    ("department_count", "担当課数", "担当課の数。3を超える課の名称は収録しない", WHOLE, "課"),
    ("is_sample_department", "担当課が見本", "担当課の割当てが架空のものかどうか", FLAG, ""),
    ("fiscal_year", "年度", "4月に始まり翌年3月に終わる年度の西暦", WHOLE, YEAR),
    ("fiscal_year_era", "年度（和暦）", "列fiscal_yearの和暦", TEXT, ""),
    ("measurement_type", "測定の種類", "年度の値が何を表すか", CODE, ""),
    ("direction", "目指す方向", "値がどう動けばよいか", CODE, ""),
    ("rate_formula", "達成率の計算式", "目標比か基準値比か", CODE, ""),
    ("unit", "単位", "この行の目標・実績などの単位", TEXT, ""),
    ("shown_decimals", "表示する小数桁", "画面で示す小数点以下の桁数", WHOLE, "桁"),
    ("baseline_value", "基準値", "計画を始める前の値", DECIMAL, OWN_UNIT),
    ("baseline_fiscal_year", "基準年度", "基準値の年度", WHOLE, YEAR),
    ("baseline_fiscal_year_era", "基準年度（和暦）", "列baseline_fiscal_yearの和暦", TEXT, ""),
    ("baseline_taken_fiscal_year", "基準値の時点（年度）", "基準値を測った年度", WHOLE, YEAR),
    ("baseline_taken_on", "基準値の時点（日）", "基準値を測った日", DAY, ""),
    ("baseline_reference_value", "基準値の参照値", "基準値と比べる値", DECIMAL, OWN_UNIT),
    ("target_kind", "目標の種類", "目標の定め方", CODE, ""),
    ("target_comparator", "目標との比べ方", "実績が目標以上か以下かなど", CODE, ""),
    ("target_value", "目標値", "年度の目標値。範囲の目標では下限", DECIMAL, OWN_UNIT),
    ("target_upper_value", "目標の上限", "範囲の目標の上限", DECIMAL, OWN_UNIT),
    ("target_milestone", "目標の到達段階", "段階で定めた目標", CODE, ""),
    ("target_text", "目標の文章", "文章で定めた目標", TEXT, ""),
    ("target_taken_fiscal_year", "目標の時点（年度）", "目標が指す年度", WHOLE, YEAR),
    ("target_taken_on", "目標の時点（日）", "目標が指す日", DAY, ""),
    ("target_version", "目標の版", "0は当初の目標、1以後は見直しの回数", WHOLE, "回"),
    ("target_effective_fiscal_year", "見直しの適用年度", "見直した目標を適用する最初の年度", WHOLE,
     YEAR),
    ("final_target_value", "最終目標値", "その年度に有効な最終年度の目標値", DECIMAL, OWN_UNIT),
    ("final_target_fiscal_year", "最終目標の年度", "最終目標の年度", WHOLE, YEAR),
    ("expected_value", "期待値", "基準値から最終目標まで直線で進むときの値", DECIMAL, OWN_UNIT),
    ("value_state", "値の状態", "実績が確定か速報かなど", CODE, ""),
    ("value", "実績値", "判定に使う値。累計や率は計算した値", DECIMAL, OWN_UNIT),
    ("entered_value", "入力値", "入力したままの値", DECIMAL, OWN_UNIT),
    ("numerator", "分子", "率の分子", DECIMAL, BY_DEFINITION),
    ("denominator", "分母", "率の分母", DECIMAL, BY_DEFINITION),
    ("milestone", "到達段階", "段階で測る指標の実績", CODE, ""),
    ("text", "実績の文章", "文章で測る指標の実績", TEXT, ""),
    ("no_value_reason", "値のない理由", "実績値を計算できない理由", TEXT, ""),
    ("reference_name", "参照値の名称", "全国平均など、比べる値の名称", TEXT, ""),
    ("reference_value", "参照値", "実績と比べる値", DECIMAL, OWN_UNIT),
    ("taken_fiscal_year", "実績の時点（年度）", "実績を測った年度", WHOLE, YEAR),
    ("taken_on", "実績の時点（日）", "実績を測った日", DAY, ""),
    ("verdict", "判定", "目標を達成したかどうか。四捨五入前の値による", CODE, ""),
    ("is_worse_than_baseline", "悪化", "基準値より後退したかどうか", FLAG, ""),
    ("rate_unit", "率の単位", "達成率・進捗率などの単位", TEXT, ""),
    ("achievement_rate", "達成率", "年度の目標に対する率", DECIMAL, "%"),
    ("no_achievement_rate_reason", "達成率のない理由", "達成率を計算できない理由", TEXT, ""),
    ("progress_rate", "進捗率", "基準値から最終目標までの道のりに対する率", DECIMAL, "%"),
    ("no_progress_rate_reason", "進捗率のない理由", "進捗率を計算できない理由", TEXT, ""),
    ("expected_value_rate", "期待値に対する率", "期待値に対する率", DECIMAL, "%"),
    ("grade", "評語", "評価に用いる評語。aが最もよい", CODE, ""),
    ("grade_symbol", "評語の記号", "計画が用いる評語の記号", TEXT, ""),
    ("automatic_grade", "自動判定の評語", "基準だけで決まる評語", CODE, ""),
    ("automatic_grade_symbol", "自動判定の記号", "自動判定の評語の記号", TEXT, ""),
    ("is_overridden", "判定の変更", "DX推進担当が評語を変更したかどうか", FLAG, ""),
    ("override_reason", "変更の理由", "評語を変更した理由", TEXT, ""),
    ("grade_scale", "評語の基準", "用いた評語の基準の名称", TEXT, ""),
    ("grade_scale_version", "評語の基準の版", "評語の基準の版", WHOLE, "版"),
    ("note", "備考", "入力した備考", TEXT, ""),
    ("is_sample", "見本", "架空の値を含むかどうか", FLAG, ""),
)  # fmt: skip
KNOWN = {name: words for name, *words in WORDS}
LAYOUT = "1"
LAYOUT_HISTORY = "1（2026年11月）: 最初の版"


def column_lines() -> list[tuple]:
    """Every column of the data in the order of the file."""
    return [(name, *_words(name), _flag(name in CODED)) for name in HEADERS]


def _words(name) -> tuple:
    if name in KNOWN:
        return tuple(word or None for word in KNOWN[name])
    code = name.removesuffix("_label")
    label, *_ = KNOWN[code]
    return f"{label}（日本語）", LABEL.format(name=code), TEXT, None


def _flag(is_true) -> str:
    return "true" if is_true else "false"


def fact_lines(plan, *, is_sample: bool, today: date) -> list[tuple]:
    """What is to be known of the files of a plan: of what, from whom, when, in which form."""
    town = plan.municipality
    return [
        ("title", "名称", f"{town.name} {plan.title} 指標データ"),
        ("publisher", "作成者", town.name),
        ("municipality_code", "団体コード", town.code),
        ("first_fiscal_year", "計画の最初の年度（西暦）", plan.first_fiscal_year),
        ("first_fiscal_year_era", "計画の最初の年度", _era(plan.first_fiscal_year)),
        ("last_fiscal_year", "計画の最後の年度（西暦）", plan.last_fiscal_year),
        ("last_fiscal_year_era", "計画の最後の年度", _era(plan.last_fiscal_year)),
        ("created_on", "作成日", today.isoformat()),
        ("source", "出典", "目標は計画書、実績は担当課が入力した値による"),
        ("is_sample", "見本", _flag(is_sample)),
        ("layout_version", "列の構成の版", LAYOUT),
        ("layout_history", "列の構成の履歴", LAYOUT_HISTORY),
        ("unit_of_observation", "1行の単位", "1行に1指標・1年度"),
        ("encoding", "文字コード（CSV）", "UTF-8（BOM付き）、改行はCR LF"),
        ("blank", "空白の意味", "値がないこと。0は値であり、空白とは区別する"),
        ("symbols", "数値の列の記号", "使用しない。値のない理由は列value_stateなどによる"),
    ]


def _era(fiscal_year) -> str:
    return FiscalYear(fiscal_year).era_label
