"""The zip file around a workbook, looked at before anything of it is read."""

import zipfile
import zlib
from io import BytesIO
from xml.parsers import expat

from dxplan.lib.spreadsheets import limits
from dxplan.lib.spreadsheets.limits import Reason, UnreadableWorkbook

CHUNK = 256 * 1024
ENCRYPTED = 0x1
METHODS = (zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED)
CONTENT_TYPES = "[Content_Types].xml"
KINDS = (
    ("xl/workbook.bin", Reason.BINARY),
    ("word/document.xml", Reason.WORD),
    ("ppt/presentation.xml", Reason.POWERPOINT),
    ("META-INF/manifest.xml", Reason.OPEN_DOCUMENT),
)
MACROS = b"macroEnabled"
UNREADABLE = (
    *(zipfile.BadZipFile, zlib.error),
    *(EOFError, OSError, ValueError, RuntimeError, NotImplementedError),
)


class RootReached(Exception):
    """The part's own element has begun: no declaration can follow."""


def check_archive(content: bytes) -> None:
    """Raises UnreadableWorkbook unless this is a whole .xlsx of a size that can be unpacked."""
    try:
        archive = zipfile.ZipFile(BytesIO(content))
    except UNREADABLE as error:
        raise UnreadableWorkbook(Reason.BROKEN) from error
    with archive:
        _check_directory(archive.infolist())
        _check_kind(archive)
        for member in archive.infolist():
            _check_member(archive, member)


def _check_directory(members):
    """Everything that the directory tells, without unpacking."""
    if len(members) > limits.MOST_MEMBERS:
        raise UnreadableWorkbook(Reason.UNPACKED)
    names = [member.orig_filename.casefold() for member in members]
    if len(set(names)) < len(names) or any(_is_odd(name) for name in names):
        raise UnreadableWorkbook(Reason.NAMES)
    if any(member.flag_bits & ENCRYPTED for member in members):
        raise UnreadableWorkbook(Reason.PASSWORD)
    if any(member.compress_type not in METHODS for member in members):
        raise UnreadableWorkbook(Reason.BROKEN)
    total = sum(member.file_size for member in members)
    if total > limits.MOST_UNPACKED or any(_is_bomb(member) for member in members):
        raise UnreadableWorkbook(Reason.UNPACKED)


def _is_odd(name: str) -> bool:
    """Whether a name leads elsewhere or is no name at all."""
    steps = name.replace("\\", "/").split("/")
    is_elsewhere = name.startswith(("/", "\\")) or ".." in steps or ":" in name
    return is_elsewhere or not name.isprintable() or not name


def _is_bomb(member) -> bool:
    is_large = member.file_size > limits.RATIO_FROM
    return is_large and member.file_size > limits.MOST_RATIO * max(1, member.compress_size)


def _check_kind(archive):
    names = set(archive.namelist())
    for name, reason in KINDS:
        if name in names:
            raise UnreadableWorkbook(reason)
    if "xl/workbook.xml" not in names or CONTENT_TYPES not in names:
        raise UnreadableWorkbook(Reason.OTHER)
    has_macros = any(name.casefold().endswith("vbaproject.bin") for name in names)
    if has_macros or MACROS in _content(archive, CONTENT_TYPES):
        raise UnreadableWorkbook(Reason.MACROS)


def _content(archive, name) -> bytes:
    return b"".join(_chunks(archive, archive.getinfo(name)))


def _chunks(archive, member):
    """A member's bytes to its end, so that its checksum is looked at."""
    try:
        with archive.open(member) as part:
            while chunk := part.read(CHUNK):
                yield chunk
    except UNREADABLE as error:
        raise UnreadableWorkbook(Reason.BROKEN) from error


def _check_member(archive, member):
    """Whether it is whole, and without a DTD before its own element, in whatever encoding."""
    parser = _declaration_finder()
    for chunk in _chunks(archive, member):
        if parser is not None:
            parser = _fed(parser, chunk)


def _declaration_finder():
    parser = expat.ParserCreate()
    parser.StartDoctypeDeclHandler = _refuse_declaration
    parser.StartElementHandler = _stop
    return parser


def _fed(parser, chunk):
    """The parser while it has more to see; None once the root came, or where this is no XML."""
    try:
        parser.Parse(chunk)
    except (RootReached, expat.ExpatError):
        return None
    return parser


def _refuse_declaration(*_):
    raise UnreadableWorkbook(Reason.DECLARATIONS)


def _stop(*_):
    raise RootReached
