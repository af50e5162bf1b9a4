"""Writes a file whole or not at all."""

from __future__ import annotations

import contextlib
import os
import tempfile
from pathlib import Path

from corrin.errors import InputError, Problem

OWNER_ONLY = 0o600  # not clinical: file permissions; an answer is private


def save(content: str | bytes, path: Path) -> None:
    """Write text or bytes to ``path`` at once; an older file there is replaced only on success.

    Raises :class:`InputError` when the folder is missing or cannot be written.
    """
    try:
        handle, name = tempfile.mkstemp(dir=path.parent, prefix=f".{path.name}.")
        try:
            with os.fdopen(handle, "wb") as file:
                file.write(content.encode() if isinstance(content, str) else content)
            Path(name).chmod(OWNER_ONLY)
            Path(name).replace(path)
        except BaseException:
            with contextlib.suppress(OSError):
                Path(name).unlink()
            raise
    except OSError as error:
        reason = (error.strerror or "it cannot be written").lower()
        raise InputError(
            [Problem(str(path), "cannot-write", f"was not written: {reason}.", "Choose another.")]
        ) from None
