"""The figures of ``make bench`` beyond one person's, as sections of docs/validation.md."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

Figures = Mapping[str, Any]


def sections(bench: Figures) -> str:
    """Return the sections, in the order of the readers: page, record, population, reports."""
    parts = (_page, _cards, _population, _calibration, _dose, _signals)
    return "\n".join(part(bench) for part in parts)


def not_met(bench: Figures) -> Iterator[str]:
    """Yield every goal that a figure misses, with both."""
    yield from bench["web"]["not_met"]
    cards = bench["cds"]
    if not cards["met"]:
        yield f"cards: p95 {cards['p95_ms']:g} ms, p99 {cards['p99_ms']:g} ms (goals 200, 500)"
    yield from bench["population"]["not_met"]
    yield from bench["calibration"]["not_met"]
    if not bench["fhir_bulk"]["met"]["observations_per_second"]:
        rate = bench["fhir_bulk"]["observations_two_processes"]["per_second"]
        yield f"reading FHIR: {rate:,} Observations/s (goal 200,000)"
    signals = bench["signals"]
    goals = {"caers": "CAERS in 0.3 s", "faers_time": "FAERS in 5 s", "faers_memory": "400 MB"}
    for name, words in goals.items():
        if signals["met"].get(name) is False:
            yield f"adverse-event reports: {words}"


def _page(bench: Figures) -> str:
    web = bench["web"]
    rows = {
        "the answer": web["answer_page"],
        "the answer as JSON": web["api_assess"],
        "other pages alone": web["other_pages_alone"],
        "other pages beside answers": web["other_pages_beside_answers"],
    }
    lines = [
        f"| {name} | {row['a_second']:g} | {row['p50_ms']} | {row['p95_ms']} | {row['p99_ms']} |"
        for name, row in rows.items()
    ]
    return f"""## The page
With {web["draws"]:,} draws on {web["cores"]} cores, milliseconds.

| what | calls a second | p50 | p95 | p99 |
|---|---|---|---|---|
{chr(10).join(lines)}
"""


def _cards(bench: Figures) -> str:
    row = bench["cds"]
    return f"""## Cards beside the record
CDS Hooks `patient-view` with {row["resources_each"]} resources in prefetch at {row["a_second"]:g} calls a second on {row["cores"]} cores, without draws: p50 {row["p50_ms"]:g} ms, p95 {row["p95_ms"]:g} ms,
p99 {row["p99_ms"]:g} ms; {row["cpu_ms_a_call"]} ms of processor time a call. The cold start ({row["cold_start_s_left_out"]:g} s) is left out.
"""


def _population(bench: Figures) -> str:
    rows = bench["population"]
    sizes = "\n".join(
        f"| {row['people']:,} | {row['seconds']:g} | {row['people_a_second']:,} "
        f"| {row['cpu_seconds']:g} | {row['peak_mb']:,} |"
        for row in rows["sizes"]
    )
    bulk = bench["fhir_bulk"]
    whole = bench["population_whole"]
    steps = ", ".join(f"{name} {seconds:g} s" for name, seconds in whole["steps"].items())
    engines = "\n".join(_engine(name, row) for name, row in bench["one_rule"]["engines"].items())
    larger = "\n".join(
        f"| {row['results']:,} | {row['people']:,} | {row['reading_and_table_core_hours']:g} "
        f"| {row['answers_core_hours']:g} | {row['answers_on_a_cluster_core_hours']:g} |"
        for row in whole["model"]
    )
    return f"""## A population
`corrin population` from the canonical table to status, sources, the five likeliest causes, urgency and refusals, without draws, on {rows["cores"]} cores; made-up people; the start of the
processes counts. Next steps, claims and what was not asked are worked out on demand.

| people | seconds | people a second | processor seconds | memory, MB |
|---|---|---|---|---|
{sizes}

A whole run from FHIR with the mess of real data to the report, {whole["people"]:,} people with {whole["results"]:,} results: {whole["seconds"]:g} s ({steps}).

FHIR bulk NDJSON to facts: {bulk["observations_two_processes"]["per_second"]:,} Observations a second in two processes, {bulk["observations_one_process"]["per_second"]:,} in one.

One rule (total B12 above 900 pg/mL) over the same people, who have no other results; all engines count the same:

| engine | people a second, whole run | reading and rule |
|---|---|---|
{engines}

What larger runs would take: a model from these rates, not a measurement. It reckons with 20 results a person, and with twice the core-hours on a cluster for what it loses (both assumed).

| results | people | reading and table, core-hours | answers, core-hours | answers on a cluster |
|---|---|---|---|---|
{larger}
"""


def _engine(name: str, row: Figures) -> str:
    if "not_measured" in row:
        return f"| {name} | not measured: {row['not_measured']} | |"
    whole = row["people_per_second_from_start_to_count"]
    return f"| {name} | {whole:,} | {row['people_per_second_read_and_rule']:,} |"


def _calibration(bench: Figures) -> str:
    row = bench["calibration"]
    causes = "\n".join(
        f"| {group}, {name} | {each['worst']:.3f} | {_worst_of(each['states'])} |"
        for group in ("causes", "sources")
        for name, each in row[group].items()
    )
    return f"""## Calibration on made-up people
Expected calibration error, the worst of all causes (or sources) above 0.5%; the truth is drawn from the model, so this tests the computation and what is left out of a record, not
the knowledge. The larger study: [calibration](explanation/calibration.md).

| seen | worst error | of |
|---|---|---|
{causes}
"""


def _worst_of(states: Figures) -> str:
    return max(states, key=lambda id_: _error(states[id_])).replace("_", " ")


def _error(state: Figures) -> float:
    return float(max(state["ece_equal_count"], state["ece_equal_width"]))


def _dose(bench: Figures) -> str:
    row = bench["dose"]["population"]
    danes = row["danes_without_b12_at_or_above_601_pmol_l"]
    tail = row["us_99th_percentile_pmol_l"]
    return f"""## The dose model
`corrin dose --validate` holds it against published series. Against two surveys it was not fitted to: Danes at or above 601 pmol/L {danes["simulated"]:.1%} for {danes["printed"]:.0%} printed; the
99th percentile in the US {tail["simulated"]:.0f} for {tail["printed"]:.0f} pmol/L. Both are missed. {row["note"]}
"""


def _signals(bench: Figures) -> str:
    row = bench["signals"]
    caers, faers = row["caers"], row["faers"]
    return f"""## Adverse-event reports
CAERS 2012 ({caers["rows"]:,} rows) from the file to every statistic: {caers["warm_seconds"]:g} s; vigipy beside it {row["vigipy"]["warm_seconds"]:g} s ({row["vigipy"]["note"]}). An excerpt of FAERS
({faers["rows"]:,} rows): {faers["warm_seconds"]:g} s, {faers["peak_mb"]} MB.
"""
