"""How much of a stranger's workbook is read, and the reasons for which one is not."""

from dataclasses import dataclass
from enum import StrEnum

MEGABYTE = 1024 * 1024
MOST_BYTES = 10 * MEGABYTE
MOST_MEMORY = 512 * MEGABYTE
MOST_SECONDS = 15  # so that the answer is there within 20

MOST_MEMBERS = 1_000
MOST_UNPACKED = 100 * MEGABYTE
MOST_RATIO = 250  # unpacked to packed, of a part of some size; deflate reaches 1,032
RATIO_FROM = MEGABYTE

MOST_ROWS = 20_000
MOST_COLUMNS = 300
MOST_CELLS = 300_000
MOST_CHARACTERS = 8_000_000
MOST_ROW_TAGS = 200_000  # blank ones that carry only a format too
MOST_MERGES = 10_000
MOST_SHEETS = 100


class Reason(StrEnum):
    """Why a file is not read."""

    EMPTY = "empty"
    LARGE = "large"
    OLD_OR_OTHER_OFFICE = "old"
    PASSWORD = "password"
    MACROS = "macros"
    BINARY = "binary"
    WORD = "word"
    POWERPOINT = "powerpoint"
    OPEN_DOCUMENT = "open_document"
    CSV = "csv"
    HTML = "html"
    XML = "xml"
    PDF = "pdf"
    OTHER = "other"
    BROKEN = "broken"
    NAMES = "names"
    DECLARATIONS = "declarations"
    UNPACKED = "unpacked"
    FAR = "far"
    CELLS = "cells"
    MERGES = "merges"
    SHEETS = "sheets"
    SLOW = "slow"


SAVE_AS_XLSX = "Excelで開き、「Excelブック（.xlsx）」として保存し直してから選んでください。"
NOT_READ = "安全のため読み取りません。"
TAKE_A_NEW_ONE = "様式を受け取り直し、必要なセルだけを「値の貼り付け」で写してください。"
MESSAGES = {
    Reason.EMPTY: "中身のないファイルです。保存し直してから選んでください。",
    Reason.LARGE: f"ファイルが大きすぎます（上限は{MOST_BYTES // MEGABYTE}MB）。",
    Reason.OLD_OR_OTHER_OFFICE: f"古い形式（.xlsなど）のファイルです。{SAVE_AS_XLSX}",
    Reason.PASSWORD: "パスワードの付いたファイルです。パスワードを外して保存し直してください。",
    Reason.MACROS: f"マクロ付きのファイルです。{SAVE_AS_XLSX}",
    Reason.BINARY: f"バイナリ形式（.xlsb）のファイルです。{SAVE_AS_XLSX}",
    Reason.WORD: "Wordの文書です。Excelのファイル（.xlsx）を選んでください。",
    Reason.POWERPOINT: "PowerPointの資料です。Excelのファイル（.xlsx）を選んでください。",
    Reason.OPEN_DOCUMENT: (
        "OpenDocument形式（.odsなど）のファイルです。"
        "「Excelブック（.xlsx）」として保存し直してから選んでください。"
    ),
    Reason.CSV: f"CSVなどの文字だけのファイルです。{SAVE_AS_XLSX}",
    Reason.HTML: f"中身がHTML（Webページ）です。{SAVE_AS_XLSX}",
    Reason.XML: f"中身がXMLのファイルです。{SAVE_AS_XLSX}",
    Reason.PDF: "PDFです。Excelのファイル（.xlsx）を選んでください。",
    Reason.OTHER: "Excelのファイル（.xlsx）ではありません。",
    Reason.BROKEN: "ファイルが壊れています。元のファイルを開いて保存し直してください。",
    Reason.NAMES: f"ファイルの中に重複した名前や不正な名前があります。{NOT_READ}{SAVE_AS_XLSX}",
    Reason.DECLARATIONS: f"ファイルの中に外部参照などの宣言があります。{NOT_READ}{SAVE_AS_XLSX}",
    Reason.UNPACKED: f"ファイルを展開すると大きすぎます。{TAKE_A_NEW_ONE}",
    Reason.FAR: (
        f"離れたセル（{{detail}}）に入力があります。{MOST_ROWS:,}行・{MOST_COLUMNS}列より先の入力を"
        "消してください。"
    ),
    Reason.CELLS: f"入力されたセルが多すぎます（上限は{MOST_CELLS:,}セル）。{TAKE_A_NEW_ONE}",
    Reason.MERGES: f"結合されたセルが大きすぎるか、多すぎます（{{detail}}）。{TAKE_A_NEW_ONE}",
    Reason.SHEETS: f"シートが多すぎます（上限は{MOST_SHEETS}枚）。{TAKE_A_NEW_ONE}",
    Reason.SLOW: f"ファイルが複雑すぎて読み取れません。{TAKE_A_NEW_ONE}",
}


@dataclass(eq=False)
class UnreadableWorkbook(Exception):
    """The file is not read, for a reason that a person can do something about."""

    reason: Reason
    detail: str = ""

    def __str__(self):
        return MESSAGES[self.reason].format(detail=self.detail)
