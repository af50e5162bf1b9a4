"""``make bench``: this project beside its peers in one run, and what is not met."""

from __future__ import annotations

import argparse
import datetime as dt
import json
import platform
from pathlib import Path
from typing import Any

from benchmarks import (
    assess_speed,
    dose_speed,
    real_network,
    signals_speed,
    twitching_speed,
    web_speed,
)
from corrin import __version__
from corrin.knowledge.loading import load


def main() -> None:
    """Run every benchmark, print it, and keep the figures."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--output", type=Path, default=Path("out/bench.json"))
    output: Path = parser.parse_args().output
    figures: dict[str, Any] = {
        "date": dt.date.today().isoformat(),
        "software_version": __version__,
        "knowledge_version": load().version,
        "python": platform.python_version(),
        "machine": platform.machine(),
        "twitching": twitching_speed.run(),
        "real_network": real_network.run(),
        "assess": assess_speed.run(),
        "dose": dose_speed.run(),
        "signals": signals_speed.run(),
        "web": web_speed.run(),
    }
    print(twitching_speed.table(figures["twitching"]))
    print("\nThe real knowledge:", json.dumps(figures["real_network"], indent=2))
    print("\nOne person:", json.dumps(figures["assess"], indent=2))
    print("\nThe dose model:", json.dumps(figures["dose"], indent=2))
    print("\nThe page:", json.dumps(figures["web"], indent=2))
    print("\nAdverse-event reports:", json.dumps(figures["signals"], indent=2))
    output.parent.mkdir(parents=True, exist_ok=True)
    output.write_text(json.dumps(figures, indent=2) + "\n", encoding="utf-8")
    print(f"Written to {output}")


if __name__ == "__main__":
    main()
