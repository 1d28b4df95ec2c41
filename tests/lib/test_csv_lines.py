import csv
from io import StringIO

import pytest

from dxplan.lib.csv_files import MIME_TYPE, as_written, csv_lines
from dxplan.lib.downloads import download_stream


@pytest.mark.parametrize(
    ("text", "cell"),
    [
        ("窓口", "窓口"),
        ("", ""),
        ("-5", "-5"),
        ("+1.5", "+1.5"),
        ("-5件", "'-5件"),
        ("=1+1", "'=1+1"),
        ("＝1", "'＝1"),
        ("@SUM(A1)", "'@SUM(A1)"),
        ("-1+2", "'-1+2"),
        ("-1\n", "'-1↵"),
        ("\t=1", "' =1"),
        ("一\r\n二\n三\u2028四", "一↵二↵三↵四"),
        ("① 髙﨑 𠮷", "① 髙﨑 𠮷"),
        ("\x00\ud800", "\ufffd\ufffd"),
    ],
)
def test_cell_is_text_on_one_line_and_no_formula(text, cell):
    assert as_written(text) == cell


def test_file_is_what_was_written():
    rows = [["一,二", '"三"'], ["=1", "四\n五"]]
    content = b"".join(csv_lines(["甲", "乙"], rows, cell=as_written))

    assert content.startswith(b"\xef\xbb\xbf")
    assert content.count(b"\r\n") == content.count(b"\n") == 3
    assert list(csv.reader(StringIO(content.decode("utf-8-sig")))) == [
        ["甲", "乙"],
        ["一,二", '"三"'],
        ["'=1", "四↵五"],
    ]


def test_rows_are_asked_for_one_by_one():
    asked = []

    def rows():
        for number in range(1_000_000):
            asked.append(number)
            yield [str(number)]

    parts = csv_lines(["番号"], rows(), cell=as_written)
    lines = iter(download_stream(parts, mime_type=MIME_TYPE, name="番号.csv").streaming_content)

    assert [next(lines) for _ in range(3)] == ["\ufeff番号\r\n".encode(), b"0\r\n", b"1\r\n"]
    assert asked == [0, 1]
