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
    calibration,
    cds_speed,
    cql_comparison,
    dose_speed,
    fhir_bulk_speed,
    population_speed,
    population_whole,
    real_network,
    signals_speed,
    twitching_speed,
    web_speed,
)
from corrin import __version__
from corrin.knowledge.loading import load

#: People of the calibration here; docs/calibration-study.json has the larger study.
CALIBRATED = 15_000


def main() -> None:
    """Run every benchmark, print it, and keep the figures."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--output", type=Path, default=Path("out/bench.json"))
    parser.add_argument("--long", action="store_true", help="ten million people as well")
    given = parser.parse_args()
    output: Path = given.output
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
        "cds": cds_speed.run(),
        "population": population_speed.run(long=given.long),
        "population_whole": population_whole.run(),
        "fhir_bulk": fhir_bulk_speed.run(),
        "one_rule": cql_comparison.run(),
        "calibration": calibration.run(people=CALIBRATED, sources=CALIBRATED),
    }
    print(twitching_speed.table(figures["twitching"]))
    print("\nThe real knowledge:", json.dumps(figures["real_network"], indent=2))
    print("\nOne person:", json.dumps(figures["assess"], indent=2))
    print("\nThe dose model:", json.dumps(figures["dose"], indent=2))
    print("\nThe page:", json.dumps(figures["web"], indent=2))
    print("\nCards beside the record:", json.dumps(figures["cds"], indent=2))
    print("\nA population:", json.dumps(figures["population"], indent=2))
    print("\nA whole run:", json.dumps(figures["population_whole"], indent=2))
    print("\nReading FHIR:", json.dumps(figures["fhir_bulk"], indent=2))
    print("\nOne rule, three engines:", json.dumps(figures["one_rule"], indent=2))
    print("\nCalibration:", json.dumps(figures["calibration"], indent=2))
    print("\nAdverse-event reports:", json.dumps(figures["signals"], indent=2))
    output.parent.mkdir(parents=True, exist_ok=True)
    output.write_text(json.dumps(figures, indent=2) + "\n", encoding="utf-8")
    print(f"Written to {output}")


if __name__ == "__main__":
    main()
