"""Cells of sheets that go both ways: how they are read, shown and found."""

import pytest
from django.core.exceptions import ValidationError

from dxplan.lib.exchange.readers import CodeField, FlagField, LabelField, WholeField, text_of
from dxplan.lib.exchange.typed import Wanted, WrongWorkbook, typed_book
from dxplan.lib.exchange.workbooks import cell_value
from dxplan.lib.spreadsheets.sheets import CellKind, Sheet, SheetCell
from plans.resources import PolicyResource

CHOICES = [("done", "済"), ("not_yet", "未（着手前）")]


def sheet(name, *rows):
    cells = [
        SheetCell(row, column, CellKind.TEXT, text)
        for row, texts in enumerate(rows, 1)
        for column, text in enumerate(texts, 1)
        if text
    ]
    return Sheet(name, False, tuple(cells))


@pytest.mark.parametrize(
    ("typed", "value"), [("済", "done"), (" 未(着手前) ", "not_yet"), ("未（着手前）", "not_yet")]
)
def test_label_is_read_whatever_the_width_of_its_brackets(typed, value):
    assert LabelField(CHOICES).clean(typed) == value


def test_label_that_is_not_listed_is_told_with_the_list():
    with pytest.raises(ValidationError) as refusal:
        LabelField(CHOICES).clean("完了")

    assert refusal.value.messages == ["「完了」は選択肢にありません。（済・未（着手前））"]


@pytest.mark.parametrize(
    ("typed", "value"),
    [("○", True), ("〇", True), ("はい", True), ("", False), ("×", False), ("－", False)],
)
def test_flag_is_a_ring_or_nothing(typed, value):
    field = FlagField()

    assert field.clean(typed) is value
    assert text_of(field, value) == ("○" if value else "")


@pytest.mark.parametrize(("typed", "value"), [("１２", 12), ("1,234", 1234), ("", None)])
def test_whole_number_is_read_by_the_reader_of_numbers(typed, value):
    assert WholeField(required=False).clean(typed) == value


@pytest.mark.parametrize(
    ("typed", "message"),
    [
        ("3割", "「3割」は割合を表す言葉です。数値を入力してください。（例: 12）"),
        ("約3", "「約3」は整数だけにしてください。（例: 12）"),
        ("-1", "「-1」は0から32,767までの整数にしてください。（例: 0）"),
        ("40000", "「40000」は0から32,767までの整数にしてください。（例: 0）"),
    ],
)
def test_what_is_no_whole_number_is_refused(typed, message):
    with pytest.raises(ValidationError) as refusal:
        WholeField().clean(typed)

    assert refusal.value.messages == [message]


def test_code_is_read_in_half_width_and_nothing_else():
    field = CodeField(example="abc-1", max_length=20)

    assert field.clean("ａｂ－１") == "ab-1"
    with pytest.raises(ValidationError):
        field.clean("計画")


@pytest.mark.parametrize(
    ("text", "is_number"),
    [("12", True), ("1,234.5", True), ("-3", True), ("45以上", False), ("1234567890123456", False)],
)
def test_number_column_writes_numbers_where_a_spreadsheet_keeps_them(text, is_number):
    column = PolicyResource.fields["position"]

    assert (cell_value(column, text) != text) is is_number


def test_header_is_found_below_what_is_for_people_and_examples_are_left_out():
    found = typed_book(
        [
            sheet(
                "用語",
                ["用語の一覧"],
                ["", "", "", "目印一覧:aa bb"],
                ["行", "用語\n※必須", "説明", "目印"],
                ["説明", "言葉"],
                ["見本", "AI", "人工知能"],
                ["", "DX", "変革", "aa"],
                ["", "", "", "bb"],
            )
        ],
        [Wanted("用語", ("用語", "説明"))],
    )

    table = found.tables["用語"]
    assert [(row.number, row.text("用語"), row.mark) for row in table.rows] == [(6, "DX", "aa")]
    assert (table.marks, table.letters["説明"]) == (frozenset({"aa", "bb"}), "C")
    assert found.remarks == ("シート「用語」の「見本」の行（5行目）は読み取りません。",)


def test_all_that_is_wrong_with_a_file_is_told_at_once():
    sheets = [
        sheet("用語", ["行", "用語", "説明", "説明"]),
        sheet("組織", ["行", "名称", "役割"]),
    ]
    wanted = [
        Wanted("用語", ("用語", "読み", "説明")),
        Wanted("組織", ("名称", "役割", "表示順")),
    ]

    with pytest.raises(WrongWorkbook) as refusal:
        typed_book(sheets, wanted)

    assert refusal.value.reasons == (
        "シート「用語」に列「説明」が2つ以上あります。1つだけ残してください。",
        "シート「用語」に列「読み」がありません。様式を受け取り直してください。",
        "シート「組織」に列「表示順」がありません。様式を受け取り直してください。",
    )


def test_sheet_of_too_many_lines_is_refused():
    lines = [["", f"用語{number}", "説明"] for number in range(5_001)]

    with pytest.raises(WrongWorkbook) as refusal:
        typed_book(
            [sheet("用語", ["行", "用語", "説明"], *lines)], [Wanted("用語", ("用語", "説明"))]
        )

    assert refusal.value.reasons == ("シート「用語」の行が多すぎます。5,000行までにしてください。",)
