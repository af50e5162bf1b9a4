"""What kind of file was given, by what it holds: a name can be wrong."""

from __future__ import annotations

from enum import StrEnum

from corrin.errors import InputError, Problem

MAX_BYTES = 1_000_000  # not clinical: bytes of a report
_HEAD = 1024  # not clinical: bytes
_UTF16 = (b"\xff\xfe", b"\xfe\xff")
_TYPE_IN = "Give a PDF, text, CSV or JSON file, or type the values in."
_NOT_READ = (
    (b"PK\x03\x04", "is a ZIP, Word or Excel file."),
    (b"\x1f\x8b", "is compressed."),
    (b"BZh", "is compressed."),
    (b"7z\xbc\xaf", "is compressed."),
    (b"Rar!", "is compressed."),
    (b"\x89PNG", "is a picture."),
    (b"\xff\xd8\xff", "is a picture."),
    (b"GIF8", "is a picture."),
    (b"II*\x00", "is a picture."),
    (b"MM\x00*", "is a picture."),
    (b"{\\rtf", "is an RTF file."),
    (b"\xd0\xcf\x11\xe0", "is an old Word or Excel file."),
    (b"<!DOCTYPE", "is a web page."),
    (b"<html", "is a web page."),
    (b"<?xml", "is an XML file."),
)


class Kind(StrEnum):
    """How a file is to be read."""

    PDF = "PDF"
    TEXT = "text"


def kind_of(data: bytes) -> Kind:
    """Return how to read the bytes; raises :class:`InputError` when they cannot be read."""
    if len(data) > MAX_BYTES:
        _refuse(
            "too-large",
            f"is larger than {MAX_BYTES:,} bytes.",
            "Give the page with the results only.",
        )
    if not data.strip():
        _refuse("empty", "is empty.", "Choose the file again.")
    if b"%PDF-" in data[:_HEAD]:
        return Kind.PDF
    head = data.lstrip()[:16]  # not clinical: bytes
    for mark, what in _NOT_READ:
        if head.lower().startswith(mark.lower()):
            _refuse("wrong-kind", what, _TYPE_IN)
    if data[4:8] == b"ftyp":  # not clinical: where such files say what they are
        _refuse("wrong-kind", "is a picture or a film.", _TYPE_IN)
    return Kind.TEXT


def decoded(data: bytes) -> str:
    """Return the text of a file; raises :class:`InputError` when it holds none."""
    if data[:2] in _UTF16:
        text = data.decode("utf-16", errors="replace")
    else:
        try:
            text = data.decode("utf-8-sig")
        except UnicodeDecodeError:
            text = data.decode("cp1252", errors="replace")
    if "\x00" in text or text.count("\ufffd") * 10 > len(text):
        _refuse("not-text", "holds binary data.", _TYPE_IN)
    return text


def _refuse(code: str, what: str, do: str) -> None:
    raise InputError([Problem("the file", code, what, do)])
