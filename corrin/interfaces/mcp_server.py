"""Corrin for language-model clients: the same answers as typed tools over standard input/output.

Every answer carries its sources, both versions and the disclaimer; what is urgent stands
in it as fixed text.  Nothing is kept, and nothing is written but the protocol.
"""

from __future__ import annotations

import functools
import logging
from collections.abc import Callable, Iterable
from typing import TYPE_CHECKING, Annotated, Any, ParamSpec, TypeVar

from mcp.server.mcpserver import MCPServer
from mcp.server.mcpserver.exceptions import ToolError
from mcp_types import ToolAnnotations
from pydantic import BaseModel, Field

from corrin._version import __version__
from corrin.assessment import Reader
from corrin.errors import CorrinError, InputError
from corrin.knowledge.loading import load

if TYPE_CHECKING:
    from corrin.knowledge.facts import Knowledge
    from corrin.person.records import Person

Given = ParamSpec("Given")
Answer = TypeVar("Answer")
Table = dict[str, Any]

SAFETY = (
    "Not a diagnosis; for education and research. When the answer holds an urgent tier, say its "
    "action first and word for word. Never tell anyone to stop B12 that was prescribed. Never "
    "say 'you have'. Not asked is not absent: do not fill in what the person did not say. Name "
    "the sources."
)
_READING = ToolAnnotations(
    read_only_hint=True, destructive_hint=False, idempotent_hint=True, open_world_hint=False
)
_MOST_HITS = 20  # not clinical: results that are worth reading
_LONGEST = 500  # not clinical: characters of a question
_MOST_PRODUCTS = 20  # not clinical: products taken by one person

PersonTable = Annotated[
    Table,
    Field(
        description=(
            "The person file as a table, for example {'age': 41, 'sex': 'female', 'twitching': "
            "true, 'findings': {'cramps': true}, 'labs': [{'lab': 'serum_b12', 'value': 1480, "
            "'unit': 'pg/mL'}], 'intake': [...], 'drugs': [{'name': 'omeprazole'}]}. Leave out "
            "what is not known. Ids: search_knowledge."
        )
    ),
]


class Source(BaseModel):
    """Where a statement comes from, and how far it was read."""

    id: str
    title: str
    authors: str | None = None
    year: int | None = None
    journal: str | None = None
    doi: str | None = None
    pmid: str | None = None
    url: str | None = None
    read: str


class Basis(BaseModel):
    """What every answer carries."""

    sources: list[Source]
    knowledge_version: str
    software_version: str
    disclaimer: str


class Assessed(Basis):
    """The answer for one person; a question that was refused is null and in ``refusals``."""

    urgency: Table
    b12_status: Table | None
    high_b12: Table | None
    low_b12: Table | None
    twitching: Table | None
    causality: Table | None
    next_steps: list[Table] | None
    refusals: list[Table]
    assumptions: list[str]
    no_intervals: bool = Field(description="True when no draws were taken: low equals high.")


class Interpreted(Basis):
    """A B12 result: class, reasons, trust, and what is urgent in it."""

    b12_status: Table | None
    urgency: Table
    refusals: list[Table]


class Level(Basis):
    """The level that doses lead to; with a level asked about, the chance of reaching it."""

    days: float | None
    expected_pg_ml: dict[str, float]
    expected_pmol_l: dict[str, float]
    interval: float
    soon_after_injection: bool
    probability_at_least: float | None
    vitamin_b6: Table | None
    assumptions: list[str]


class Appraised(Basis):
    """Claims that fit, best first: verdict, certainty by GRADE, the corrected sentence."""

    claims: list[Table]


class Asked(Basis):
    """The next question worth asking; null when no more would move the answer."""

    question: Table | None
    say: str


class Found(Basis):
    """Records that fit: what kind, which id, and what it is called."""

    records: list[Table]


def create_server() -> MCPServer:
    """Return the server; ``run("stdio")`` on it serves until the input ends."""
    # What the library logs of a failed call could hold what was sent.
    logging.getLogger("mcp").setLevel(logging.CRITICAL)
    server = MCPServer(
        name="corrin",
        title="Corrin: vitamin B12 and twitching",
        instructions=SAFETY,
        version=__version__,
        log_level="CRITICAL",
    )
    for function, title in (
        (assess, "Assess one person"),
        (interpret_b12, "Interpret a B12 result"),
        (dose_to_level, "From dose to level"),
        (appraise_claim, "Appraise a claim"),
        (next_question, "The next question"),
        (search_knowledge, "Search the knowledge"),
    ):
        said = f"{(function.__doc__ or '').strip()} {SAFETY}"
        server.tool(title=title, description=said, annotations=_READING)(_safe(function))
    return server


def assess(
    person: PersonTable,
    reader: Annotated[Reader, Field(description="Plain words, or detail.")] = Reader.PERSON,
    intervals: Annotated[bool, Field(description="Take draws for 90% intervals.")] = True,
) -> Assessed:
    """How urgent, is B12 low or high and why, what explains the twitching, and what next?"""
    from corrin.assessment import assess as answer_for
    from corrin.report.as_json import as_json

    knowledge = load()
    answer = answer_for(
        _person(person, knowledge), reader=reader, draws=None if intervals else 0,
        knowledge=knowledge,
    )  # fmt: skip
    told = as_json(answer)
    return Assessed(
        **{name: told[name] for name in Assessed.model_fields if name in told},
        no_intervals=not intervals,
        sources=_sources((one["id"] for one in told["references"]), knowledge),
    )


def interpret_b12(  # noqa: PLR0917  the arguments of a tool
    value: Annotated[float | str, Field(description="The number; may be text, as '>2000'.")],
    unit: Annotated[str, Field(description="As printed: pg/mL, ng/L or pmol/L.")],
    age: float | None = None,
    sex: str | None = None,
    reference_low: float | None = None,
    reference_high: float | None = None,
    pregnant: bool | None = None,
) -> Interpreted:
    """Is this B12 result low, indeterminate, normal or high, and can the number be trusted?"""
    lab: Table = {"lab": "serum_b12", "value": value, "unit": unit}
    limits = {"low": reference_low, "high": reference_high}
    known = {name: limit for name, limit in limits.items() if limit is not None}
    if known:
        lab["reference_interval"] = known
    person: Table = {"labs": [lab]}
    person |= {key: one for key, one in (("age", age), ("sex", sex)) if one is not None}
    if pregnant is not None:
        person["findings"] = {"pregnant": pregnant}
    answer = assess(person, Reader.PERSON, intervals=False)
    return Interpreted(
        **answer.model_dump(include={*Basis.model_fields, "b12_status", "urgency"}),
        refusals=[one for one in answer.refusals if not one["question"].startswith("twitching")],
    )


def dose_to_level(
    regimens: Annotated[
        list[str],
        Field(min_length=1, max_length=_MOST_PRODUCTS, description="As '1000 ug daily by mouth'."),
    ],
    days: Annotated[float | None, Field(ge=0, description="From first dose to blood test.")] = None,
    baseline: Annotated[str | None, Field(description="Level before, as '300 pg/mL'.")] = None,
    level: Annotated[str | None, Field(description="Level to explain, as '1480 pg/mL'.")] = None,
    intrinsic_factor: bool = True,
) -> Level:
    """Which B12 level do these doses lead to, and do they explain a level?"""
    from corrin.interfaces.commands.dose import dose_answer
    from corrin.knowledge.walking import parts

    knowledge = load()
    told = dose_answer(
        regimens, knowledge, days=days, baseline=baseline, level=level,
        intrinsic_factor=intrinsic_factor, draws=None,
    )  # fmt: skip
    rests_on = (
        id_
        for part in parts(knowledge)
        if part.record.startswith("pharmacokinetics")
        for id_ in part.sources
    )
    return Level(
        **{"probability_at_least": None, "vitamin_b6": None}
        | {name: told[name] for name in Level.model_fields if name in told}
        | _basis(rests_on, knowledge)
    )


def appraise_claim(
    claim: Annotated[
        str, Field(max_length=_LONGEST, description="An id as CL02 or OM05, or words of it.")
    ],
) -> Appraised:
    """Does the evidence support this sentence of the article (or what it left out)?"""
    from corrin.claims.appraising import appraise
    from corrin.person.vocabulary import did_you_mean
    from corrin.report.claims_json import claim_json

    knowledge = load()
    by_id = {id_.casefold(): one for id_, one in knowledge.claims.items()}
    exact = by_id.get(claim.strip().casefold())
    found = [exact] if exact else _by_words(claim, knowledge)
    if not found:
        raise ToolError(
            f"No claim fits. {did_you_mean(claim, list(knowledge.claims))} Ids: "
            + ", ".join(knowledge.claims)
        )
    told = [claim_json(appraise(one), knowledge) for one in found]
    cited = (item["reference"] for one in told for item in one["evidence"])
    return Appraised(claims=told, **_basis(cited, knowledge))


def next_question(
    person: PersonTable,
    asked: Annotated[
        list[str] | None, Field(description="Ids of questions already asked, answered or not.")
    ] = None,
    reader: Reader = Reader.PERSON,
) -> Asked:
    """Which question would change the answer or its urgency most?  Alarming things come first."""
    from dataclasses import asdict

    from corrin.interview.questions import next_question as choose

    knowledge = load()
    found = choose(_person(person, knowledge), frozenset(asked or ()), knowledge, reader=reader)
    told = None if found is None else asdict(found) | {"kind": found.kind.value}
    names = [] if found is None else [knowledge.findings[one] for one in found.findings]
    if told is not None:
        told["items"] = [{"id": one.id, "question": one.question} for one in names]
    say = "Ask it in these words." if told else "Nothing more is worth asking: call assess."
    cited = _behind([one.id for one in names], knowledge)
    return Asked(question=told, say=say, **_basis(cited, knowledge))


def search_knowledge(
    words: Annotated[str, Field(min_length=1, max_length=_LONGEST)],
) -> Found:
    """Which findings, laboratory tests, causes, claims or sources go by this name?"""
    from corrin.knowledge.searching import search
    from corrin.knowledge.walking import parts

    knowledge = load()
    hits = search(knowledge, words)[:_MOST_HITS]
    wanted = {f"{hit.kind}/{hit.id}" for hit in hits}
    cited = [id_ for part in parts(knowledge) if part.record in wanted for id_ in part.sources]
    cited += [hit.id for hit in hits if hit.kind == "references"]
    records = [
        {"kind": hit.kind, "id": hit.id, "name": hit.name, "matched": hit.matched} for hit in hits
    ]
    return Found(records=records, **_basis(cited, knowledge))


def _safe(function: Callable[Given, Answer]) -> Callable[Given, Answer]:
    """Turn errors into words for the client; nothing that was sent is repeated or logged."""

    @functools.wraps(function)
    def call(*args: Given.args, **kwargs: Given.kwargs) -> Answer:
        try:
            return function(*args, **kwargs)
        except InputError as error:
            notes = getattr(error, "__notes__", ())
            raise ToolError("\n".join([*map(str, error.problems), *notes])) from None
        except ToolError:
            raise
        except CorrinError as error:
            raise ToolError(str(error)) from None
        except Exception as error:
            raise ToolError(
                f"Corrin stopped on a fault of its own ({type(error).__name__}); no answer."
            ) from None

    return call


def _person(table: Table, knowledge: Knowledge) -> Person:
    from corrin.person.reading import person_from_table
    from corrin.picture.person_file import check, vocabulary

    try:
        person, _ = person_from_table(table, vocabulary(knowledge))
        check(person, knowledge)
    except InputError as error:
        from corrin.interfaces.commands.salvage import urgent_words_of

        words = urgent_words_of(table)
        if words:
            error.add_note(words)
        raise
    return person


def _by_words(words: str, knowledge: Knowledge) -> list[Any]:
    from corrin.knowledge.searching import search

    found = [hit.id for hit in search(knowledge, words) if hit.kind == "claims"]
    return [knowledge.claims[id_] for id_ in dict.fromkeys(found)]


def _behind(findings: list[str], knowledge: Knowledge) -> list[str]:
    """Return the references of the findings asked about, and of the red flags that look at them."""
    from corrin.knowledge.conditions import Condition
    from corrin.knowledge.walking import parts

    wanted = {f"findings/{id_}" for id_ in findings}
    wanted |= {
        f"red_flags/{flag.id}"
        for flag in knowledge.red_flags.values()
        if Condition.parse(flag.when).names() & {*findings}
    }
    return [id_ for part in parts(knowledge) if part.record in wanted for id_ in part.sources]


def _basis(references: Iterable[str], knowledge: Knowledge) -> Table:
    return {
        "sources": _sources(references, knowledge),
        "knowledge_version": knowledge.version,
        "software_version": __version__,
        "disclaimer": knowledge.wording["disclaimer"].person,
    }


def _sources(references: Iterable[str], knowledge: Knowledge) -> list[Source]:
    return [
        Source(
            id=one.id, title=one.title, authors=one.authors, year=one.year, journal=one.journal,
            doi=one.doi, pmid=one.pmid, url=one.url, read=one.read.value,
        )
        for one in (knowledge.references[id_] for id_ in dict.fromkeys(references))
    ]  # fmt: skip
