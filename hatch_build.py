"""Compiles the records while a wheel is built, so that an installed Corrin never parses them."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import Any

from hatchling.builders.hooks.plugin.interface import BuildHookInterface


class CompileRecords(BuildHookInterface[Any]):
    """Writes the compiled records, which the wheel takes in; a wrong record stops the build."""

    def initialize(self, version: str, build_data: dict[str, Any]) -> None:  # noqa: ARG002
        """Compile the records; an editable install reads them where they stand instead."""
        if version == "editable":
            return
        sys.path.insert(0, self.root)
        from corrin.knowledge.loading import compile_records  # noqa: PLC0415  (path set above)

        compile_records(Path(self.root) / "corrin" / "knowledge")
