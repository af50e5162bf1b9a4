"""People, conditions, drugs, observations and visits of an OMOP CDM."""

from __future__ import annotations

import datetime as dt
import functools
import re
from collections.abc import Iterator

import duckdb
import pyarrow as pa
import pyarrow.compute as pc

from corrin.knowledge.coded_conditions import findings_by_hpo, is_twitching, of_condition
from corrin.knowledge.loading import Knowledge
from corrin.person.records import Drug
from corrin.picture.from_intake import b12_products
from corrin.population.facts import FactBatch, FactKind
from corrin.population.sources import cells, known_words
from corrin.population.sources.omop_codes import ICD10CM, Concepts, omop_codes
from corrin.population.sources.omop_results import by_id
from corrin.population.sources.records import batch_of
from corrin.population.sources.table_cells import Batch

_TEXT = pa.string()
_ICD10CM = re.compile(r"(?:ICD-?10-?CM[: ]\s*)?([A-TV-Z][0-9][0-9A-Z](?:\.?[0-9A-Z]{1,4})?)")
_BESIDE = "\x1f"
#: A year, or a year and month, of birth stands for its middle.
_MID_YEAR, _MID_MONTH = 7, 15  # not clinical: a month and a day
#: What begins Corrin's own names in ``observation_source_value``, and two that are no finding.
OWN, TWITCHING, LIST = "corrin:", "corrin:twitching", "corrin:complete-list"
LISTS = {"medicines": "drugs", "supplements": "intake"}
#: How the parts of a product are written in ``sig`` where Corrin wrote it.
SIG = ("dose", "every", "duration", "product", "last_dose")
_SHORTEST_NAME = 3  # not clinical: letters


def persons(batch: Batch) -> Iterator[FactBatch]:
    """Yield who there is."""
    batch.use()
    sex = pc.coalesce(
        by_id(batch.columns["gender_concept_id"], omop_codes().sexes.get),
        cells.words(batch.text("gender_source_value"), known_words.SEXES).value,
    )
    columns = {"person_id": batch.person, "birth_date": _born(batch), "sex": sex}
    yield batch_of(FactKind.PEOPLE, columns, len(batch))


def _born(batch: Batch) -> pa.Array:
    day = cells.days(batch.columns["birth_datetime"], batch.mapping.dates)
    batch.note(day.wrong, "birth_datetime", cells.WRONG_DATE)
    parts = [
        pc.fill_null(cells.ids(batch.columns[f"{part}_of_birth"]), "")
        for part in ("year", "month", "day")
    ]
    joined = pc.binary_join_element_wise(*parts, "-")
    made = cells.by_distinct(joined, _day_of, pa.date32())
    nothing = pc.equal(joined, "--")
    wrong = pc.and_(pc.is_null(day.value), pc.and_(pc.is_null(made), pc.invert(nothing)))
    batch.note(wrong, "year_of_birth", cells.WRONG_DATE)
    return pc.coalesce(day.value, made)


def _day_of(joined: str) -> dt.date | None:
    year, month, day = joined.split("-")
    try:
        if not month:
            return dt.date(int(year), _MID_YEAR, 1)
        return dt.date(int(year), int(month), int(day or _MID_MONTH))
    except (ValueError, OverflowError):
        return None


def conditions(batch: Batch, knowledge: Knowledge, concepts: Concepts) -> Iterator[FactBatch]:
    """Yield the findings that conditions mean; one that is over counts only when it lasts."""
    said = batch.text("condition_source_value")
    coded = by_id(
        batch.columns["condition_source_concept_id"], lambda id_: concepts.code(id_, ICD10CM)
    )
    meant = pc.coalesce(coded, said)
    finding = cells.by_distinct(meant, lambda text: _meaning(text, knowledge)[0], _TEXT)
    lasting = cells.by_distinct(meant, lambda text: _meaning(text, knowledge)[1], pa.bool_())
    ours = pc.is_valid(finding)
    batch = batch.ignore(pc.invert(ours), "not-our-condition")
    finding, lasting = finding.filter(ours), lasting.filter(ours)
    ended = batch.days("condition_end_date")
    batch_of_ended = pc.or_(pc.is_valid(ended.value), ended.wrong)
    over = pc.and_(batch_of_ended, pc.invert(lasting))
    batch = batch.ignore(over, "condition-over")
    finding = finding.filter(pc.invert(over))
    batch.use()
    twitching = pc.equal(finding, TWITCHING)
    people = batch.person.filter(twitching)
    true = pa.repeat(pa.scalar(value=True), len(people))
    yield batch_of(FactKind.PEOPLE, {"person_id": people, "twitching": true}, len(people))
    rest = pc.invert(twitching)
    noted = batch.noted_days("condition_start_date")
    columns = {"person_id": batch.person, "finding": finding, "noted": noted}
    columns = {name: column.filter(rest) for name, column in columns.items()}
    size = len(columns["finding"])
    columns["present"] = pa.repeat(pa.scalar(value=True), size)
    yield batch_of(FactKind.FINDINGS, columns, size)


@functools.lru_cache(maxsize=100_000)
def _meaning(text: str, knowledge: Knowledge) -> tuple[str | None, bool | None]:
    """Return the finding a code or name means, and whether it lasts."""
    match = _ICD10CM.fullmatch(text.upper())
    icd10cm, names = ([match[1]], []) if match else ([], [text])
    if is_twitching(icd10cm, names, knowledge):
        return TWITCHING, False
    known = of_condition(icd10cm, names, knowledge)
    return (None, None) if known is None else (known.finding, known.lasting)


def drugs(batch: Batch, _knowledge: Knowledge, concepts: Concepts) -> Iterator[FactBatch]:
    """Yield medicines by name, and products of vitamin B12."""
    source = batch.text("drug_source_value")
    letters = pc.match_substring_regex(source, f"[A-Za-z]{{{_SHORTEST_NAME}}}")
    name = pc.coalesce(
        by_id(batch.columns["drug_concept_id"], concepts.name),
        by_id(batch.columns["drug_source_concept_id"], concepts.name),
        pc.if_else(letters, source, pa.scalar(None, _TEXT)),
    )
    own = pc.starts_with(pc.fill_null(batch.text("sig"), ""), f"{SIG[0]}=")
    known = pc.or_(pc.is_valid(name), own)
    batch, name = batch.ignore(pc.invert(known), "drug-without-name"), name.filter(known)
    own = own.filter(known)
    for column in ("drug_exposure_start_date", "drug_exposure_end_date"):
        wrong = batch.days(column).wrong
        batch = batch.reject(wrong, cells.WRONG_DATE)
        name, own = name.filter(pc.invert(wrong)), own.filter(pc.invert(wrong))
    batch.use()
    is_b12 = pc.or_(
        own, pc.fill_null(cells.by_distinct(name, _is_b12, pa.bool_()), fill_value=False)
    )
    columns = {
        "person_id": batch.person,
        "name": name,
        "since": batch.days("drug_exposure_start_date").value,
        "until": batch.days("drug_exposure_end_date").value,
    }
    medicines = {part: column.filter(pc.invert(is_b12)) for part, column in columns.items()}
    yield batch_of(FactKind.DRUGS, medicines, len(medicines["name"]))
    yield from _products(batch.kept(is_b12), {k: v.filter(is_b12) for k, v in columns.items()})


def _is_b12(name: str) -> bool:
    return bool(b12_products(None, (Drug(name=name),)))


def _products(batch: Batch, columns: dict[str, pa.Array]) -> Iterator[FactBatch]:
    sig = batch.text("sig")
    parts = {
        part: cells.by_distinct(sig, functools.partial(_part_of_sig, part), _TEXT) for part in SIG
    }
    last = cells.days(parts.pop("last_dose"), ("%Y-%m-%d",))
    made = {
        **parts,
        "last_dose": last.value,
        "person_id": columns["person_id"],
        "substance": columns["name"],
        "route": batch.text("route_source_value"),
        "since": columns["since"],
        "until": columns["until"],
    }
    yield batch_of(FactKind.PRODUCTS, made, len(columns["name"]))


def _part_of_sig(part: str, sig: str) -> str | None:
    """Return a part of an instruction; one that others wrote says how often, if anything."""
    if not sig.startswith(f"{SIG[0]}="):
        return sig if part == "every" else None
    found = dict(each.split("=", 1) for each in sig.split("; ") if "=" in each)
    return found.get(part) or None


def observations(batch: Batch, knowledge: Knowledge) -> Iterator[FactBatch]:
    """Yield findings under Corrin's own names or HPO codes, and what else Corrin wrote."""
    said = batch.text("observation_source_value")
    meant = cells.by_distinct(said, lambda text: _observed(text, knowledge), _TEXT)
    ours = pc.is_valid(meant)
    batch, meant = batch.ignore(pc.invert(ours), "not-our-finding"), meant.filter(ours)
    value = batch.text("value_as_string")
    a_list = pc.equal(meant, LIST)
    words = known_words.yes_no(batch.mapping.words)
    read = cells.yes_no(pc.if_else(a_list, pa.scalar(None, _TEXT), value), words)
    listed = cells.words(pc.if_else(a_list, value, pa.scalar(None, _TEXT)), LISTS)
    # A code without a value says that the thing was observed.
    present = pc.if_else(pc.is_null(value), pc.invert(batch.never()), read.value)
    unread = pc.or_(read.wrong, pc.and_(a_list, pc.is_null(listed.value)))
    batch = batch.reject(unread, "neither-yes-nor-no")
    kept = pc.invert(unread)
    meant, present, what = meant.filter(kept), present.filter(kept), listed.value.filter(kept)
    batch.use()
    twitching, a_list = pc.equal(meant, TWITCHING), pc.equal(meant, LIST)
    finding = pc.invert(pc.or_(twitching, a_list))
    noted = batch.noted_days("observation_date")
    everything = {"person_id": batch.person, "finding": meant, "present": present,
                  "noted": noted, "twitching": present, "what": what}  # fmt: skip
    for kind, mask, names in (
        (FactKind.FINDINGS, finding, ("finding", "present", "noted")),
        (FactKind.PEOPLE, twitching, ("twitching",)),
        (FactKind.ASKED, a_list, ("what",)),
    ):
        columns = {name: everything[name].filter(mask) for name in ("person_id", *names)}
        yield batch_of(kind, columns, len(columns["person_id"]))


def _observed(text: str, knowledge: Knowledge) -> str | None:
    if text in {TWITCHING, LIST}:
        return text
    if text.startswith(OWN):
        return knowledge.finding_id(text.removeprefix(OWN))
    return findings_by_hpo(knowledge).get(text)


class Visits:
    """Where each person was seen last, unless a result is later than that."""

    def __init__(self, connection: duckdb.DuckDBPyConnection) -> None:
        self._connection = connection
        connection.execute(
            "create table visits (person varchar, began date, ended date, setting varchar);"
            "create table last_results (person varchar, taken date)"
        )

    def take(self, batch: Batch) -> None:
        """Note the visits of a batch; one of a kind that says nothing is ignored."""
        settings = known_words.settings(batch.mapping.words)
        setting = pc.coalesce(
            cells.words(batch.text("visit_source_value"), settings).value,
            by_id(batch.columns["visit_concept_id"], omop_codes().visits.get),
        )
        known = pc.is_valid(setting)
        batch, setting = (
            batch.ignore(pc.invert(known), "not-our-kind-of-visit"),
            setting.filter(known),
        )
        began, ended = batch.days("visit_start_date"), batch.days("visit_end_date")
        wrong = pc.or_(pc.or_(began.wrong, ended.wrong), pc.is_null(began.value))
        batch = batch.reject(wrong, cells.WRONG_DATE)
        batch.use()
        kept = pc.invert(wrong)
        self._insert(
            "visits", batch.person, began.value.filter(kept), ended.value.filter(kept),
            setting.filter(kept),
        )  # fmt: skip

    def take_results(self, facts: FactBatch) -> None:
        """Note on which days results were taken."""
        table = pa.table(
            {"person": facts.table.column("person_id"), "taken": facts.table.column("taken")}
        )
        latest = table.group_by("person").aggregate([("taken", "max")])
        self._insert("last_results", latest["person"], latest["taken_max"])

    def _insert(self, table: str, *columns: pa.Array | pa.ChunkedArray) -> None:
        held = pa.table(list(columns), names=[f"c{at}" for at in range(len(columns))])
        self._connection.register("held", held)
        self._connection.execute(f"insert into {table} select * from held")  # noqa: S608
        self._connection.unregister("held")

    def facts(self) -> Iterator[FactBatch]:
        """Yield the setting of everybody whose last visit is not older than their last result."""
        reader = self._connection.cursor().sql(
            "with last as (select person, max({'began': began, "
            "'ended': coalesce(ended, began), 'setting': setting}) as visit from visits "
            "group by person), results as (select person, max(taken) as taken from last_results "
            "group by person) select person, visit.setting from last left join results "
            "using (person) where taken is null or visit.ended >= taken order by person"
        )
        for batch in reader.to_arrow_reader(100_000):  # not clinical: rows at a time
            columns = {"person_id": batch.column(0), "setting": batch.column(1)}
            yield batch_of(FactKind.PEOPLE, columns, batch.num_rows)
