"""Ends a working process when the one that started it is gone."""

from __future__ import annotations

import os
import threading
import time

_OFTEN = 1.0  # not clinical: seconds between two looks


def end_with(parent: int) -> None:
    """End this process when ``parent``, which started it, is gone, however that ended."""

    def watch() -> None:
        while os.getppid() == parent:
            time.sleep(_OFTEN)
        os._exit(1)

    threading.Thread(target=watch, daemon=True).start()
