"""Workbooks as no office makes them, and files that only call themselves workbooks."""

import struct
import warnings
import zipfile
from io import BytesIO

from openpyxl import Workbook

from dxplan.lib.spreadsheets.limits import Reason

MAIN = "http://schemas.openxmlformats.org/spreadsheetml/2006/main"
STRINGS = "xl/sharedStrings.xml"
STRINGS_TYPE = "application/vnd.openxmlformats-officedocument.spreadsheetml.sharedStrings+xml"
TYPES = "[Content_Types].xml"
SHEET = "xl/worksheets/sheet1.xml"
MEGABYTE = 1024 * 1024
OLE = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"


def plain_workbook():
    book = Workbook()
    book.active.append(["番号", "実績"])
    book.active.append(["1", 12])
    return saved(book)


def saved(book):
    file = BytesIO()
    book.save(file)
    return file.getvalue()


def with_parts(content, replaced):
    """The workbook with parts added or put in the place of others: {name: bytes}."""
    file = BytesIO()
    with (
        zipfile.ZipFile(BytesIO(content)) as old,
        zipfile.ZipFile(file, "w", zipfile.ZIP_DEFLATED) as new,
    ):
        for name in old.namelist():
            if name not in replaced:
                new.writestr(name, old.read(name))
        for name, part in replaced.items():
            new.writestr(name, part)
    return file.getvalue()


def sheet_of(rows, after="", before="", head=""):
    """A workbook whose sheet has these rows as XML."""
    text = f'<worksheet xmlns="{MAIN}">{head}<sheetData>{rows}</sheetData>{after}</worksheet>'
    return with_parts(plain_workbook(), {SHEET: (before + text).encode()})


def cell(address, value):
    return f'<c r="{address}"><v>{value}</v></c>'


def row_with(number, cells):
    return f'<row r="{number}">{cells}</row>'


def many(text, count):
    """A text over and over, each with another number, so that it packs as data do."""
    return "".join(text.format(n * 7919 % 4096) for n in range(count))


def million_rows():
    return sheet_of("".join(f'<row r="{n}"><c><v>{n}</v></c></row>' for n in range(1, 1_500_001)))


def million_blank_rows():
    """What Excel leaves when whole columns were formatted, and more."""
    return sheet_of("".join(f'<row r="{n}" s="1"/>' for n in range(1, 1_500_001)))


def wide_row():
    return sheet_of(row_with(1, many("<c><v>{}</v></c>", 3_000_000)))


def with_strings(content, strings):
    """The workbook with a table of shared texts."""
    declared = f'<Override PartName="/{STRINGS}" ContentType="{STRINGS_TYPE}"/></Types>'
    with zipfile.ZipFile(BytesIO(content)) as archive:
        types = archive.read(TYPES).decode().replace("</Types>", declared)
    table = f'<sst xmlns="{MAIN}">{strings}</sst>'
    return with_parts(content, {TYPES: types.encode(), STRINGS: table.encode()})


def repeated_text():
    """100,000 cells that all show one text of 30,000 characters."""
    row = many("<c t='s' x='{}'><v>0</v></c>", 200)
    rows = "".join(row_with(number, row) for number in range(1, 501))
    return with_strings(sheet_of(rows), f"<si><t>{'あ' * 30_000}</t></si>")


def many_strings():
    return with_strings(plain_workbook(), many("<si><t>{}</t></si>", 3_000_000))


def deep_elements():
    return sheet_of(many('<a b="{}">', 3_000_000) + "</a>" * 3_000_000)


def many_merges():
    merges = "".join(f'<mergeCell ref="A{n}:B{n}"/>' for n in range(1, 300_000))
    return sheet_of(row_with(1, cell("A1", 1)), f"<mergeCells>{merges}</mergeCells>")


def bomb():
    return with_parts(plain_workbook(), {SHEET: b" " * (300 * MEGABYTE)})


def small_parts_bomb():
    parts = {f"xl/media/{n}.bin": bytes(MEGABYTE) for n in range(200)}
    return with_parts(plain_workbook(), parts)


def many_members():
    return with_parts(plain_workbook(), {f"xl/media/{n}": b"" for n in range(60_000)})


def entities():
    levels = "".join(f'<!ENTITY e{n} "{f"&e{n - 1};" * 10}">' for n in range(1, 10))
    declared = f'<!DOCTYPE x [<!ENTITY e0 "lol">{levels}]>'
    rows = row_with(1, '<c t="str"><v>&e9;</v></c>')
    return sheet_of(rows, before=declared)


def external_declaration():
    declared = '<!DOCTYPE worksheet SYSTEM "file:///etc/passwd">'
    return sheet_of(row_with(1, cell("A1", 1)), before=declared)


def external_entity_in_utf_16():
    text = (
        '<?xml version="1.0" encoding="UTF-16"?>'
        '<!DOCTYPE x [<!ENTITY e SYSTEM "file:///etc/passwd">]>'
        f'<worksheet xmlns="{MAIN}"><sheetData>'
        '<row r="1"><c t="str"><v>&e;</v></c></row></sheetData></worksheet>'
    )
    return with_parts(plain_workbook(), {SHEET: text.encode("utf-16")})


def duplicate_members():
    file = BytesIO(plain_workbook())
    with zipfile.ZipFile(file, "a") as archive, warnings.catch_warnings():
        warnings.simplefilter("ignore")
        archive.writestr(SHEET, "<worksheet/>")
    return file.getvalue()


def encrypted_members():
    """The flag that says so, set for every member in its header and in the directory."""
    content = bytearray(plain_workbook())
    for signature, offset in ((b"PK\x03\x04", 6), (b"PK\x01\x02", 8)):
        start = content.find(signature)
        while start >= 0:
            content[start + offset] |= 1
            start = content.find(signature, start + 4)
    return bytes(content)


def flipped_bit():
    """One bit of the sheet's packed bytes."""
    content = bytearray(plain_workbook())
    with zipfile.ZipFile(BytesIO(content)) as archive:
        member = archive.getinfo(SHEET)
    names = struct.unpack("<HH", content[member.header_offset + 26 : member.header_offset + 30])
    content[member.header_offset + 30 + sum(names) + member.compress_size // 2] ^= 16
    return bytes(content)


def zip_of(*names):
    file = BytesIO()
    with zipfile.ZipFile(file, "w") as archive:
        for name in names:
            archive.writestr(name, "x")
    return file.getvalue()


OTHER_FILES = {
    "empty": (b"", Reason.EMPTY),
    "too large": (b"PK\x03\x04" + bytes(10 * MEGABYTE), Reason.LARGE),
    "xls": (OLE + bytes(4096), Reason.OLD_OR_OTHER_OFFICE),
    "password": (OLE + "EncryptedPackage".encode("utf-16-le"), Reason.PASSWORD),
    "docx": (zip_of("[Content_Types].xml", "word/document.xml"), Reason.WORD),
    "pptx": (zip_of("[Content_Types].xml", "ppt/presentation.xml"), Reason.POWERPOINT),
    "xlsb": (zip_of("[Content_Types].xml", "xl/workbook.bin"), Reason.BINARY),
    "ods": (zip_of("mimetype", "META-INF/manifest.xml"), Reason.OPEN_DOCUMENT),
    "zip": (zip_of("読んでください.txt"), Reason.OTHER),
    "zip without anything": (zip_of(), Reason.OTHER),
    "csv": ("番号,実績\n1,12\n".encode(), Reason.CSV),
    "csv of Excel in Japan": ("番号,実績\r\n1,12\r\n".encode("cp932"), Reason.CSV),
    "text in UTF-16": ("番号\t実績\r\n".encode("utf-16"), Reason.CSV),
    "html": (b"\xef\xbb\xbf\n<html><table><tr><td>1</td></tr></table></html>", Reason.HTML),
    "xml": (b'<?xml version="1.0"?><Workbook/>', Reason.XML),
    "pdf": (b"%PDF-1.7\n", Reason.PDF),
    "picture": (b"\x89PNG\r\n\x1a\n" + bytes(100), Reason.OTHER),
}
HOSTILE = {
    "far cell": (lambda: sheet_of(row_with(1_048_576, cell("XFD1048576", 1))), Reason.FAR),
    "far row": (lambda: sheet_of(row_with(900_000, cell("B900000", 1))), Reason.FAR),
    "far column": (lambda: sheet_of(row_with(1, cell("XFD1", 1))), Reason.FAR),
    "column of no sheet": (lambda: sheet_of(row_with(1, cell("ZZZZZ1", 1))), Reason.BROKEN),
    "no address": (lambda: sheet_of(row_with(1, cell("??", 1))), Reason.BROKEN),
    "merged far": (
        lambda: sheet_of("", '<mergeCells><mergeCell ref="A1:XFD1048576"/></mergeCells>'),
        Reason.MERGES,
    ),
    "many merges": (many_merges, Reason.MERGES),
    "1.5 million rows": (million_rows, Reason.FAR),
    "1.5 million blank rows": (million_blank_rows, Reason.CELLS),
    "long text in 100,000 cells": (repeated_text, Reason.CELLS),
    "unpacks to 300 MB": (bomb, Reason.UNPACKED),
    "unpacks to 200 MB in parts": (small_parts_bomb, Reason.UNPACKED),
    "60,000 members": (many_members, Reason.UNPACKED),
    "number of a million digits": (
        lambda: sheet_of(row_with(1, cell("A1", "9" * 1_000_000))),
        Reason.BROKEN,
    ),
    "entities": (entities, Reason.DECLARATIONS),
    "external DTD": (external_declaration, Reason.DECLARATIONS),
    "external entity in UTF-16": (external_entity_in_utf_16, Reason.DECLARATIONS),
    "duplicate members": (duplicate_members, Reason.NAMES),
    "name that leads elsewhere": (
        lambda: with_parts(plain_workbook(), {"../../etc/cron.d/x": b"x"}),
        Reason.NAMES,
    ),
    "name from the root": (lambda: with_parts(plain_workbook(), {"/etc/x": b"x"}), Reason.NAMES),
    "name with backslashes": (
        lambda: with_parts(plain_workbook(), {"xl\\..\\..\\x": b"x"}),
        Reason.NAMES,
    ),
    "encrypted members": (encrypted_members, Reason.PASSWORD),
    "macros": (lambda: with_parts(plain_workbook(), {"xl/vbaProject.bin": b"x"}), Reason.MACROS),
    "truncated": (lambda: plain_workbook()[:-200], Reason.BROKEN),
    "half": (lambda: plain_workbook()[:2000], Reason.BROKEN),
    "bit-flipped": (flipped_bit, Reason.BROKEN),
    "no sheet": (lambda: with_parts(plain_workbook(), {SHEET: b""}), Reason.BROKEN),
    "sheet that ends early": (
        lambda: with_parts(plain_workbook(), {SHEET: b"<worksheet><sheetData><row>"}),
        Reason.BROKEN,
    ),
}
HEAVY = (wide_row, many_strings, deep_elements)  # within all that can be told beforehand
