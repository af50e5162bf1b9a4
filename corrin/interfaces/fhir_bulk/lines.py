"""A piece of a file, line by line: bounded in memory whatever the file holds."""

from __future__ import annotations

import zlib
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import BinaryIO

MOST_LINE = 10_000_000  # not clinical: bytes of one resource
_CHUNK = 250_000  # not clinical: bytes read at once; few enough for the cache of a core
_PACKED = 250_000  # not clinical: bytes of an archive read at once
_GZIP = 16 + zlib.MAX_WBITS  # not clinical: zlib's number for the gzip format
_MARK = b"\xef\xbb\xbf"
GZIPPED = ".gz"


@dataclass(frozen=True, slots=True, kw_only=True)
class Piece:
    """Lines of a file that begin from ``start`` on and before ``end`` (bytes)."""

    number: int
    path: Path
    name: str
    start: int
    end: int


@dataclass(frozen=True, slots=True)
class Fault:
    """What is wrong with a line, or with the file from that line on."""

    line: int
    kind: str
    code: str


def lines_of(
    piece: Piece, told: Callable[[int], None]
) -> Iterator[tuple[int, list[bytes]] | Fault]:
    """Yield whole lines, many at once, with the number of the first (from 1 in the piece).

    ``told`` is given bytes as they are done.  A line that is too long, a file that cannot
    be read and an archive that breaks off are faults, each in its place; what comes before
    and, for a line, after it is there.
    """
    number = 1
    rest = b""
    skipping = False
    try:
        for chunk in _chunks(piece, told):
            if skipping:
                _, newline, chunk = chunk.partition(b"\n")  # noqa: PLW2901
                if not newline:
                    continue
                number, skipping = number + 1, False
            whole, newline, tail = (rest + chunk).rpartition(b"\n")
            if newline:
                found = whole.split(b"\n")
                yield from _bounded(number, found)
                number += len(found)
            rest = tail
            if len(rest) > MOST_LINE:
                yield Fault(number, "line", "too-long")
                rest, skipping = b"", True
    except (OSError, EOFError, zlib.error) as error:
        if rest:
            yield Fault(number, "line", "not-whole")
        broken = isinstance(error, (EOFError, zlib.error))
        yield Fault(number, "file", "broken-archive" if broken else "unreadable-file")
        return
    if rest:
        yield number, [rest]


def _bounded(first: int, lines: list[bytes]) -> Iterator[tuple[int, list[bytes]] | Fault]:
    if max(map(len, lines)) <= MOST_LINE:
        yield first, lines
        return
    for number, line in enumerate(lines, start=first):
        yield (number, [line]) if len(line) <= MOST_LINE else Fault(number, "line", "too-long")


def _chunks(piece: Piece, told: Callable[[int], None]) -> Iterator[bytes]:
    with piece.path.open("rb") as file:
        first = True
        source = _unzipped(file, told) if piece.name.endswith(GZIPPED) else _part(file, piece, told)
        for chunk in source:
            yield chunk.removeprefix(_MARK) if first and piece.start == 0 else chunk
            first = False


def _part(file: BinaryIO, piece: Piece, told: Callable[[int], None]) -> Iterator[bytes]:
    """Yield the lines of a piece: the last to its end, the first from its beginning."""
    if piece.start:
        # A line that begins just at the start belongs here: its newline is the byte before.
        file.seek(piece.start - 1)
        while (before := file.readline(_CHUNK)) and not before.endswith(b"\n"):
            pass
    at = file.tell()
    told(max(0, min(at, piece.end) - piece.start))
    while at < piece.end:
        chunk = file.read(min(_CHUNK, piece.end - at))
        if not chunk:
            return
        at += len(chunk)
        told(len(chunk))
        yield chunk
    if at == 0 or (file.seek(at - 1) + 1 == at and file.read(1) == b"\n"):
        return
    while tail := file.readline(_CHUNK):
        yield tail
        if tail.endswith(b"\n"):
            return


def _unzipped(file: BinaryIO, told: Callable[[int], None]) -> Iterator[bytes]:
    """Yield what an archive holds; one that was put together of several is read on.

    Raises :class:`EOFError` when it breaks off, :class:`zlib.error` when it is none.
    """
    unzip = zlib.decompressobj(_GZIP)
    begun = False
    while packed := file.read(_PACKED):
        told(len(packed))
        while packed := packed if begun else packed.lstrip(b"\0"):
            begun = True
            yield unzip.decompress(packed, _CHUNK)
            packed = unzip.unconsumed_tail
            if unzip.eof:
                packed, begun = unzip.unused_data, False
                unzip = zlib.decompressobj(_GZIP)
    if begun:
        yield unzip.flush()
        if not unzip.eof:
            raise EOFError
