"""Wrong and hostile FHIR: a clear reason for each, never a fault of the program."""

from __future__ import annotations

import copy
import json
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.interfaces.fhir_malformed import BAD, FILES
from tests.interfaces.fhir_parts import PATIENT, condition, medicine, observation, read
from tests.interfaces.running import corrin


@pytest.mark.parametrize(("resource", "code"), [pytest.param(*row[1:], id=row[0]) for row in BAD])
def test_a_wrong_resource_is_refused_with_its_reason(resource: Any, code: str) -> None:
    patient = (
        []
        if isinstance(resource, dict) and resource.get("resourceType") == "Patient"
        else [PATIENT]
    )
    good = observation(300, id="good")
    reading = read(*patient, good, resource)
    told = [*reading.refused, *reading.ignored]
    assert told, "it vanished"
    if code:
        assert code in {one.code for one in reading.refused}
    for one in told:
        assert one.why.endswith(".")
        assert "1480" not in one.why
    assert any(one.resource == "Observation/good" for one in reading.used)


def test_there_are_sixty_of_them() -> None:
    assert len({name for name, *_ in BAD}) >= 60


@pytest.mark.parametrize(("data", "words"), [pytest.param(*row[1:], id=row[0]) for row in FILES])
def test_a_wrong_file_is_an_input_error(tmp_path: Path, data: bytes, words: str) -> None:
    path = tmp_path / "record.json"
    path.write_bytes(data)
    done = corrin("assess", str(path))
    assert done.code == 2
    assert words in done.error
    assert "record.json" in done.error or "the input" in done.error
    assert "Traceback" not in done.error + done.output


_JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False) | st.text(max_size=8),
    lambda inner: (
        st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=8), inner, max_size=3)
    ),
    max_leaves=6,
)


def _places(one: Any, path: tuple[Any, ...] = ()) -> list[tuple[Any, ...]]:
    keys = one.items() if isinstance(one, dict) else enumerate(one) if isinstance(one, list) else ()
    return [place for key, each in keys for place in ((*path, key), *_places(each, (*path, key)))]


IN_TURN = medicine(
    dosageInstruction=[
        {
            "sequence": number,
            "timing": {"repeat": {"frequency": 1, "period": 1, "periodUnit": "d"} | limit},
            "doseAndRate": [{"doseQuantity": {"value": 1, "unit": "mg", "code": "mg"}}],
        }
        for number, limit in enumerate(
            (
                {"boundsDuration": {"value": 2, "code": "wk"}},
                {"boundsPeriod": {"start": "2026-03-01", "end": "2026-04-01"}},
                {"count": 3},
            )
        )
    ]
)


@given(
    st.sampled_from([observation(), condition(), medicine(), IN_TURN, PATIENT]), st.data(), _JSON
)
def test_anything_in_any_place_is_told_and_never_a_fault(
    resource: dict[str, Any], data: st.DataObject, value: Any
) -> None:
    one = copy.deepcopy(resource)
    place = data.draw(st.sampled_from(_places(one)))
    target: Any = one
    for key in place[:-1]:
        target = target[key]
    target[place[-1]] = value
    reading = read(*([] if resource is PATIENT else [PATIENT]), one)
    assert [*reading.used, *reading.ignored, *reading.refused]
    json.dumps(reading.as_table())
