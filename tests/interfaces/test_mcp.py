"""``corrin mcp`` as a client starts it: typed answers with sources, no other output."""

from __future__ import annotations

import asyncio
import subprocess
import sys
from collections.abc import Awaitable, Callable
from pathlib import Path
from typing import Any

import jsonschema_rs
import pytest
from mcp import Client, StdioServerParameters

from corrin.assessment import assess
from corrin.knowledge.loading import load
from corrin.person.records import Person

TOOLS = {
    "assess", "interpret_b12", "dose_to_level", "appraise_claim", "next_question",
    "search_knowledge",
}  # fmt: skip
PERSON = {"age": 41, "sex": "female", "twitching": True, "findings": {"cramps": True}}
CALLS: dict[str, dict[str, Any]] = {
    "assess": {"person": PERSON, "intervals": False},
    "interpret_b12": {"value": 120, "unit": "pg/mL", "age": 60},
    "dose_to_level": {"regimens": ["1000 ug daily by mouth"], "days": 90, "level": "1480 pg/mL"},
    "appraise_claim": {"claim": "CL05"},
    "next_question": {"person": {"age": 41, "sex": "female", "twitching": True}},
    "search_knowledge": {"words": "cramps"},
}


def with_client(work: Callable[[Client], Awaitable[Any]]) -> Any:
    """Start the server as its own process and do some work with the package's own client."""
    program = StdioServerParameters(
        command=sys.executable, args=["-m", "corrin", "mcp"], cwd=str(Path.cwd())
    )

    async def go() -> Any:
        async with Client(program) as client:
            return await work(client)

    return asyncio.run(go())


@pytest.fixture(scope="module")
def answers() -> dict[str, Any]:
    async def all_of(client: Client) -> dict[str, Any]:
        listed = {tool.name: tool for tool in (await client.list_tools()).tools}
        return {
            "tools": listed,
            **{name: await client.call_tool(name, given) for name, given in CALLS.items()},
        }

    return with_client(all_of)


def test_the_six_tools_are_there_with_schemas_and_safety_lines(answers: dict[str, Any]) -> None:
    tools = answers["tools"]
    assert set(tools) == TOOLS
    for tool in tools.values():
        assert tool.output_schema is not None
        assert tool.annotations.read_only_hint is True
        assert "Not a diagnosis" in tool.description
        assert "Never tell anyone to stop B12" in tool.description


@pytest.mark.parametrize("name", sorted(TOOLS))
def test_answers_are_typed_and_name_their_sources(answers: dict[str, Any], name: str) -> None:
    result = answers[name]
    assert not result.is_error
    told = result.structured_content
    jsonschema_rs.validator_for(answers["tools"][name].output_schema).validate(told)
    assert told["knowledge_version"] == load().version
    assert told["disclaimer"]
    if name != "next_question" or told["question"]["findings"]:
        assert told["sources"], name
    for source in told["sources"]:
        assert source["id"] in load().references
        assert source["read"] == load().references[source["id"]].read.value


def test_the_answer_is_that_of_the_library(answers: dict[str, Any]) -> None:
    person = Person(age=41, sex="female", twitching=True, findings={"cramps": True})
    wanted = assess(person, draws=0)
    told = answers["assess"].structured_content
    assert told["urgency"]["tier"] == wanted.urgency.tier.value
    assert wanted.twitching is not None
    assert told["twitching"]["causes"][0]["id"] == wanted.twitching.causes[0].id
    assert answers["interpret_b12"].structured_content["b12_status"]["class"] == "deficient"
    assert 0 < answers["dose_to_level"].structured_content["probability_at_least"] < 1
    assert answers["appraise_claim"].structured_content["claims"][0]["id"] == "CL05"


def test_bad_input_is_told_in_words_with_what_is_urgent_all_the_same() -> None:
    person = {"age": "Zebulon", "findings": {"weakness_sudden": True}}

    async def ask(client: Client) -> Any:
        return [
            await client.call_tool("assess", {"person": person}),
            await client.call_tool("appraise_claim", {"claim": "qqqqqqqq"}),
            await client.call_tool("interpret_b12", {"value": 120, "unit": "furlongs"}),
        ]

    first, second, third = with_client(ask)
    assert first.is_error
    words = first.content[0].text
    assert "age" in words
    assert "emergency" in words
    assert "Zebulon" not in words
    assert second.is_error
    assert "CL01" in second.content[0].text
    assert (
        third.is_error
        or third.structured_content["b12_status"] is None
        or (third.structured_content["b12_status"]["class"] == "not-classed")
    )


def test_nothing_but_the_protocol_is_written() -> None:
    done = subprocess.run(
        [sys.executable, "-m", "corrin", "mcp"], input="", capture_output=True, text=True,
        timeout=60, check=False,
    )  # fmt: skip
    assert (done.returncode, done.stdout, done.stderr) == (0, "", "")


def test_a_missing_extra_is_told_in_words(tmp_path: Path) -> None:
    (tmp_path / "mcp.py").write_text(
        "raise ModuleNotFoundError(\"No module named 'mcp'\", name='mcp')"
    )
    done = subprocess.run(
        [sys.executable, "-c",
         f"import sys; sys.path.insert(0, {str(tmp_path)!r}); sys.argv = ['corrin', 'mcp'];"
         "from corrin.interfaces.cli import main; main()"],
        capture_output=True, text=True, timeout=60, check=False,
    )  # fmt: skip
    assert done.returncode == 1
    assert "pip install 'corrin[mcp]'" in done.stderr
    assert done.stdout == ""
