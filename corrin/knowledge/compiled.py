"""One file that keeps the parsed records, because parsing hundreds of TOML files is slow.

The file is ``key (32 bytes) + SHA-256 of the payload (32 bytes) + payload (MessagePack)``.
The key covers the bytes of every record and the definitions of the record types, so a
file that no longer belongs, was cut short or was damaged is never used.  MessagePack
holds data only: reading the file runs nothing.
"""

from __future__ import annotations

import contextlib
import hashlib
import os
import tempfile
from pathlib import Path
from typing import TypeVar

import msgspec

#: Name of the compiled file; it stands next to the records.
COMPILED = ".compiled.msgpack"

_DIGEST = 32  # not clinical: bytes of a SHA-256 digest
_FOR_ALL = 0o644  # not clinical: a file everybody may read
_LENGTH = 8  # not clinical: bytes in which a length is written

T = TypeVar("T")


def key_of(*parts: bytes) -> bytes:
    """Return the key (32 bytes) of content made of ``parts``; their boundaries count."""
    digest = hashlib.sha256()
    for part in parts:
        digest.update(len(part).to_bytes(_LENGTH, "big"))
        digest.update(part)
    return digest.digest()


def read_compiled(path: Path, *, key: bytes, shape: type[T]) -> T | None:
    """Return what was compiled under ``key``, or None when the file is not usable.

    Absent, unreadable, compiled from other records, cut short, damaged: all are None,
    since the records themselves are always there to be parsed again.
    """
    try:
        data = path.read_bytes()
    except OSError:
        return None
    payload = data[2 * _DIGEST :]
    if data[:_DIGEST] != key or data[_DIGEST : 2 * _DIGEST] != hashlib.sha256(payload).digest():
        return None
    try:
        return msgspec.msgpack.decode(payload, type=shape)
    except msgspec.MsgspecError:
        return None


def write_compiled(path: Path, *, key: bytes, content: object) -> None:
    """Write ``content`` under ``key``; readers see the old file or the new, never a part.

    Raises :class:`OSError` when the folder cannot be written to.
    """
    payload = msgspec.msgpack.encode(content)
    handle, temporary = tempfile.mkstemp(dir=path.parent, prefix=f"{COMPILED}.")
    try:
        with os.fdopen(handle, "wb") as file:
            file.write(key + hashlib.sha256(payload).digest() + payload)
        # mkstemp gives the file to its maker alone; the facts are for every user.
        Path(temporary).chmod(_FOR_ALL)
        Path(temporary).replace(path)
    except BaseException:
        with contextlib.suppress(OSError):
            Path(temporary).unlink()
        raise
