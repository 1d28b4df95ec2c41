"""Workbooks as another program reads them: LibreOffice, converting in a profile of its own."""

import csv
import re
import subprocess
from decimal import ROUND_HALF_UP, Decimal
from io import StringIO

# Every sheet into a file of its own, comma, quotes, UTF-8, cells as they are displayed.
CSV_AS_DISPLAYED = "csv:Text - txt - csv (StarCalc):44,34,76,1,,0,false,true,true,false,false,-1"
SECONDS_TO_CONVERT = 120


def displayed_sheets(workbooks, folder):
    """`{workbook's stem: {sheet: lines of displayed texts}}`, in one run of LibreOffice."""
    _convert(CSV_AS_DISPLAYED, workbooks, folder)
    return {path.stem: _sheets_of(path.stem, folder) for path in workbooks}


def _sheets_of(stem, folder):
    return {
        path.stem.removeprefix(f"{stem}-"): list(csv.reader(StringIO(path.read_text("utf-8"))))
        for path in folder.glob(f"{stem}-*.csv")
    }


def printed_files(workbooks, folder):
    """The workbooks as PDF files, in one run of LibreOffice."""
    _convert("pdf", workbooks, folder)
    return [folder / f"{path.stem}.pdf" for path in workbooks]


def saved_by_libreoffice(content, folder):
    """A workbook's bytes as LibreOffice writes them when it opens and saves the file."""
    source, target = folder / "source", folder / "target"
    source.mkdir(exist_ok=True)
    (source / "book.xlsx").write_bytes(content)
    _convert("xlsx:Calc MS Excel 2007 XML", [source / "book.xlsx"], target)
    return (target / "book.xlsx").read_bytes()


def _convert(target, files, folder):
    profile = (folder / "profile").as_uri()
    command = ("soffice", "--headless", f"-env:UserInstallation={profile}")
    options = ("--convert-to", target, "--outdir", folder)
    subprocess.run(
        [*command, *options, *files], check=True, capture_output=True, timeout=SECONDS_TO_CONVERT
    )


NUMBER_FORMAT = re.compile(
    r'(?P<group>#,##)?0(?:\.(?P<decimals>0+))?(?P<percent>%)?(?:"(?P<unit>.*)")?'
)


def displayed(cell):
    """A cell of openpyxl's as a spreadsheet shows it, in the formats that our workbooks use."""
    if cell.value is None or isinstance(cell.value, str):
        return cell.value or ""
    shape = NUMBER_FORMAT.fullmatch(cell.number_format)
    number = Decimal(f"{cell.value:.15g}") * (100 if shape["percent"] else 1)
    rounded = number.quantize(Decimal(1).scaleb(-len(shape["decimals"] or "")), ROUND_HALF_UP)
    shown = f"{rounded or abs(rounded):{',' if shape['group'] else ''}f}"
    return f"{shown}{shape['percent'] or ''}{shape['unit'] or ''}"
