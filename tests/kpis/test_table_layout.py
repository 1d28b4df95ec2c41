"""How a KPI table lies: headings in one or more storeys, years as people write them, any grid."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from kpis.kpi_table.blocks import unstacked
from kpis.kpi_table.cells import NO_FIGURE, FigureCell, joined, take_apart, unit_of
from kpis.kpi_table.layout import TableColumn, guess_layout, heading_texts
from kpis.kpi_table.policy_match import NO_MATCH, PolicyMatch, match_policy
from kpis.kpi_table.proposals import (
    decimals_of,
    propose_direction,
    propose_reference,
    propose_type,
    propose_unit,
)
from kpis.kpi_table.records import records_of
from kpis.kpi_table.text import MOST_ROWS, NoTable, grid_text, read_grid, squared
from kpis.kpi_table.wording import figure_in
from kpis.kpi_table.words import Heading, Meaning, read_heading
from plans.tree import PolicyNode
from tests.kpi_tables import JINSEKIKOGEN


def meanings(layout):
    return [(column.meaning, column.fiscal_year) for column in layout.columns]


def grid_of(*lines):
    return read_grid("\n".join(lines))


def record_of(**cells):
    """The record of a table with these columns: 指標="…", R8="…"."""
    grid = squared([list(cells), list(cells.values())])
    [record] = records_of(grid, guess_layout(grid, 2029)).found
    return record


@pytest.mark.parametrize(
    ("text", "heading"),
    [
        ("分類", Heading(Meaning.POLICY)),
        ("基本方針", Heading(Meaning.POLICY)),
        ("具体的な取組・施策", Heading(Meaning.POLICY)),
        ("指標", Heading(Meaning.NAME)),
        ("成果指標（KPI）", Heading(Meaning.NAME)),
        ("単位", Heading(Meaning.UNIT)),
        ("No.", Heading(Meaning.NUMBER)),
        ("R7 基準値\n(時点)", Heading(Meaning.BASELINE, 2025)),
        ("現状値（R6年度）", Heading(Meaning.BASELINE, 2024)),
        ("基準値(R7.3末)", Heading(Meaning.BASELINE, None, "R7.3末")),
        ("R8 目標値 (R7)", Heading(Meaning.TARGET, 2026, "R7")),
        ("令和8年度", Heading(None, 2026)),
        ("令和８年度 (2026年度)", Heading(None, 2026)),
        ("2026", Heading(None, 2026)),
        ("2026年度目標", Heading(Meaning.TARGET, 2026)),
        ("H31", Heading(None, 2019)),
        ("元年度", Heading(None, 2019)),
        ("令和8年3月末目標値", Heading(Meaning.TARGET, 2025, "令和8年3月末")),
        ("算出方法", Heading(Meaning.DEFINITION)),
        ("出典", Heading(Meaning.SOURCE)),
        ("所管課", Heading(Meaning.DEPARTMENT)),
        ("備考", Heading(Meaning.NOTE)),
        ("数値目標", Heading(Meaning.WORDING)),
        ("セキュリティ対策の徹底", Heading()),
        ("23.5 (R7)", Heading()),
        ("R99", Heading()),
        ("", Heading()),
        ("指標" * 5_001, Heading()),
    ],
)
def test_heading_says_meaning_year_and_time(text, heading):
    assert read_heading(text) == heading


def test_printed_table_is_laid_out_below_its_title():
    layout = guess_layout(read_grid(JINSEKIKOGEN), 2029)

    assert (layout.first, layout.below) == (2, 3)
    assert meanings(layout) == [
        (Meaning.POLICY, None),
        (Meaning.NAME, None),
        (Meaning.UNIT, None),
        (Meaning.BASELINE, 2025),
        *((Meaning.TARGET, year) for year in range(2026, 2030)),
    ]


def test_storeys_of_headings_are_read_together():
    grid = grid_of(
        "令和8年度 成果指標一覧",
        "",
        "No.\t分類\t指標\t基準値\t目標値\t\t\t所管課",
        "\t\t\tR7\tR8\tR9\tR10\t",
        "\t\t\t(時点)\t\t\t\t",
        "1\t窓口\t申請\t27\t1\t2\t3\t企画課",
    )

    layout = guess_layout(grid, 2029)

    assert (layout.first, layout.below) == (2, 5)
    assert heading_texts(grid, 2, 5)[3:7] == [
        "基準値 R7 (時点)",
        *(f"目標値 R{n}" for n in (8, 9, 10)),
    ]
    assert meanings(layout)[3:] == [
        (Meaning.BASELINE, 2025),
        *((Meaning.TARGET, year) for year in range(2026, 2029)),
        (Meaning.DEPARTMENT, None),
    ]


def test_target_without_a_year_is_for_the_last():
    assert guess_layout(grid_of("KPI,目標値", "申請,5"), 2029).columns[1] == TableColumn(
        Meaning.TARGET, 2029
    )


@pytest.mark.parametrize(
    ("cell", "meaning"),
    [("45手続の達成を目指す", Meaning.TARGET), ("申請業務の達成", Meaning.WORDING)],
)
def test_wording_without_figures_is_no_target(cell, meaning):
    assert (
        guess_layout(grid_of("KPI\t数値目標", f"申請\t{cell}"), 2029).columns[1].meaning == meaning
    )


def test_grid_without_headings_leaves_all_columns_to_the_person():
    assert guess_layout(grid_of("あ,い", "う,え"), 2029).columns == (TableColumn(), TableColumn())


def test_merged_blocks_remarks_and_headings_between_are_told_apart():
    grid = grid_of(
        "分類\t指標\tR8",
        "窓口\tあ\t1",
        "\tい\t2",
        "分類\t指標\tR8",
        "庁内DX\t\t",
        "\tう\t3",
        "※ 令和7年3月末現在\t\t",
    )

    records = records_of(grid, guess_layout(grid, 2029))

    assert [(item.line, item.policy, item.name) for item in records.found] == [
        (2, "窓口", "あ"),
        (3, "窓口", "い"),
        (6, "庁内DX", "う"),
    ]
    assert [(item.line, item.why) for item in records.left_out] == [
        (4, "見出しの行"),
        (5, "分類の見出し"),
        (7, "注の行"),
    ]


def test_lower_of_two_levels_starts_anew_below_another_upper_one():
    grid = grid_of("大分類\t小分類\t指標", "一\t甲\tあ", "\t乙\tい", "二\t\tう")

    found = records_of(grid, guess_layout(grid)).found

    assert [item.policy for item in found] == ["甲", "乙", "二"]


@pytest.mark.parametrize(
    ("text", "cell"),
    [
        ("2.06(R7.3末)", FigureCell("2.06", "R7.3末")),
        ("80.5%（令和7年3月末時点）", FigureCell("80.5%", "令和7年3月末時点")),
        ("80.5 (全国 78.2) (R7.3 末)", FigureCell("80.5", "R7.3 末", "78.2", "全国平均")),
        ("80.5 (県平均: 78.2%)", FigureCell("80.5", "", "78.2%", "県平均")),
        ("全国平\n均以上 (R8.3 末)", FigureCell("全国平均以上", "R8.3 末")),
        ("27(累計)", FigureCell("27(累計)")),
        ("(R7)", FigureCell("", "R7")),
        ("", NO_FIGURE),
        (" " * 50_000 + "(" * 50_000, FigureCell("(" * 50_000)),
    ],
)
def test_cell_is_taken_apart(text, cell):
    assert take_apart(text) == cell


def test_time_of_the_heading_is_that_of_filled_cells():
    assert take_apart("5", "R7.3末") == FigureCell("5", "R7.3末")
    assert take_apart("", "R7.3末") == NO_FIGURE


@pytest.mark.parametrize(
    ("text", "line"),
    [
        ("オンラインに対応\nした手続き", "オンラインに対応した手続き"),
        ("オンラインに対応 した手続き", "オンラインに対応した手続き"),
        ("AI の利用\nDX", "AI の利用DX"),
        ("第2次 DX", "第2次 DX"),
    ],
)
def test_line_broken_to_fit_a_cell_is_joined(text, line):
    assert joined(text) == line


@pytest.mark.parametrize(
    ("text", "unit"),
    [
        ("27手続", "手続"),
        ("１２．５％", "%"),
        ("1,234", ""),
        ("45%以上", "%"),
        ("全国平均以上", ""),
    ],
)
def test_unit_in_a_figure_is_found(text, unit):
    assert unit_of(text) == unit


@pytest.mark.parametrize(
    ("cells", "direction"),
    [
        ({"指標": "手続の拡充", "R7基準値": "27", "R8": "32"}, "increase"),
        ({"指標": "滞在時間の短縮", "R7基準値": "30", "R8": "25"}, "decrease"),
        ({"指標": "待ち時間", "R7基準値": "30", "R8": "25"}, "decrease"),
        ({"指標": "重大な障害の維持", "R7基準値": "0", "R8": "0以下"}, "maintain_at_most"),
        ({"指標": "研修受講の徹底", "R7基準値": "100", "R8": "100"}, "maintain_at_least"),
        ({"指標": "稼働率", "R7基準値": "30", "R8": "40〜60"}, "range"),
        ({"指標": "紙の使用枚数の削減", "R7基準値": "10", "R8": "20"}, ""),
        ({"指標": "件数", "R7基準値": "10", "R8": "10"}, ""),
    ],
)
def test_direction_is_proposed_where_words_and_figures_agree(cells, direction):
    assert propose_direction(record_of(**cells), "").value == direction


@pytest.mark.parametrize(
    ("cells", "unit", "kind"),
    [
        ({"指標": "申請の割合", "R8": "50"}, "%", "ratio"),
        ({"指標": "交付率", "R8": "80 (R8.3末)"}, "%", "point_in_time"),
        ({"指標": "延べ受講者", "R8": "100"}, "人", "cumulative_total"),
        ({"指標": "研修回数", "R8": "3"}, "回", "yearly_flow"),
        ({"指標": "標準化", "R8": "実施中", "R9": "完了"}, "", "milestone"),
        ({"指標": "方針の浸透", "R8": "職員に浸透している"}, "", "qualitative"),
    ],
)
def test_type_is_proposed(cells, unit, kind):
    assert propose_type(record_of(**cells), unit).value == kind


def test_unit_decimals_and_reference_come_from_the_figures():
    record = record_of(指標="交付率", R7基準値="80.25% (全国 78.2)", R8="全国平均以上", R9="90%")

    assert propose_unit(record).value == "%"
    assert propose_reference(record).value == "全国平均"
    assert decimals_of(record, "%") == 2


@pytest.mark.parametrize(
    ("wording", "figure"),
    [
        ("申請業務45手続の達成", "45手続"),
        ("3施策以上の実施", "3施策以上"),
        ("令和3年度実績から20%の削減", "20%"),
        ("毎年度１回以上の研修の実施", "1回以上"),
        ("令和7年度末までに見直しの完了", "完了"),
        ("令和7年度末までに完全移行", ""),
        ("3施設で5回実施", ""),
        ("1" * 5_000, ""),
    ],
)
def test_figure_in_a_target_of_words_is_proposed(wording, figure):
    assert figure_in(wording) == figure


def node(pk, name, number=""):
    label = f"{number} {name}".strip()
    return PolicyNode(pk, "", 1, "施策", label, name, "", (label,), ())


NODES = [
    node(1, "自治体フロントヤード改革の推進", "(1)"),
    node(2, "地方公共団体情報システムの標準化", "(2)"),
    node(3, "テレワークの推進", "(3)"),
]


@pytest.mark.parametrize(
    ("word", "match"),
    [
        ("テレワークの推進", PolicyMatch(3, True)),
        ("（３）　テレワークの推進", PolicyMatch(3, True)),
        ("(2)", PolicyMatch(2, True)),
        ("フロントヤード改革", PolicyMatch(1)),
        ("情報システム標準化", PolicyMatch(2)),
        ("観光", NO_MATCH),
        ("推進", NO_MATCH),
        ("", NO_MATCH),
    ],
)
def test_policy_is_matched_by_name_number_or_likeness(word, match):
    assert match_policy(word, NODES) == match


def test_two_policies_of_one_name_are_left_to_the_person():
    assert match_policy("推進", [node(1, "推進", "①"), node(2, "推進", "②")]) == NO_MATCH


def test_quoted_cells_of_the_clipboard_keep_their_lines():
    text = '指標\tR8\r\n"オンライン\n申請"\t"「""5""」"\r\n'

    assert read_grid(text) == [["指標", "R8"], ["オンライン\n申請", '「"5"」']]


def test_lone_quote_swallows_nothing():
    assert read_grid('指標\tR8\n5" 画面\t1\nい\t2') == [
        ["指標", "R8"],
        ['5" 画面', "1"],
        ["い", "2"],
    ]


@pytest.mark.parametrize(
    ("text", "message"),
    [
        (" \n\t\n", "表がありません。見出しの行と指標の行を入れてください。"),
        ("あ\t1\n" * 2_000, "表が長すぎます（2,000行）。200行までです。分けて取り込んでください。"),
        ("\t".join(["あ"] * 61), "表の列が多すぎます（61列）。60列までです。"),
        ('"' + "あ" * 200_000 + '"', "表がありません。見出しの行と指標の行を入れてください。"),
    ],
)
def test_what_is_no_table_is_refused(text, message):
    with pytest.raises(NoTable, match=message.replace("(", r"\(")):
        read_grid(text)


WORDS = (
    *("分類", "指標", "目標値", "R8", "(時点)", "27件", "80.5 (全国 78.2) (R7.3末)", "※注"),
    *("元年度", "=HYPERLINK(1)", "\u202e", "\0", "①", "3割", "30～40", "R7.3末", "年度"),
    *("KPI", "数値目標", "達成時期", "令和7年度末", "45手続の達成", ""),
)
TEXTS = st.one_of(st.text(max_size=30), st.sampled_from(WORDS))


@settings(max_examples=300, deadline=None)
@given(st.lists(st.lists(TEXTS, max_size=8), max_size=12))
def test_any_grid_of_texts_is_laid_out(rows):
    try:
        grid = squared(rows)
    except NoTable:
        return
    layout = guess_layout(grid, 2029)
    assert unstacked(grid)
    for record in records_of(grid, layout, range(2026, 2030)).found:
        unit = propose_unit(record).value
        propose_type(record, unit), propose_direction(record, unit), propose_reference(record)
        assert 0 <= decimals_of(record, unit) <= 6
        match_policy(record.policy, NODES)
    assert len(layout.columns) == len(grid[0])
    assert 0 <= layout.first <= layout.below <= len(grid) <= MOST_ROWS


@settings(max_examples=100, deadline=None)
@given(st.lists(st.lists(st.text(alphabet='あa1"\t\n, ', max_size=8), max_size=5), max_size=5))
def test_grid_as_text_is_read_as_the_same_grid(rows):
    try:
        grid = squared(rows)
    except NoTable:
        return

    assert read_grid(grid_text(grid)) == grid
