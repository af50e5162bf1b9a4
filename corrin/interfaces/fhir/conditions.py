"""A Condition as a finding: present, or absent when it was refuted; a suspicion is neither."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator

from corrin.interfaces.fhir.coding import cause_of, finding_of, icd10cm_of
from corrin.interfaces.fhir.context import Context, Part
from corrin.interfaces.fhir.elements import (
    NotUsedError,
    Resource,
    code_of,
    codings,
    day,
    names,
    table,
)
from corrin.knowledge.coded_conditions import is_twitching, of_condition

_ACTIVE = {"active", "recurrence", "relapse"}
_OVER = {"inactive", "remission", "resolved"}
_SUSPECTED = {"unconfirmed", "provisional", "differential"}


def read_condition(one: Resource, context: Context) -> Iterator[Part]:
    """Yield the finding a Condition means; raises :class:`NotUsedError` when it means none."""
    verified = code_of(table(one, "verificationStatus"))
    if verified == "entered-in-error":
        raise NotUsedError("It was entered in error.")
    if verified in _SUSPECTED:
        raise NotUsedError(f"It is {verified}: a suspicion is neither present nor absent.")
    if verified not in {"", "confirmed", "refuted"}:
        raise NotUsedError("Its verificationStatus is not one of FHIR's.", "wrong-status")
    concept = table(one, "code")
    found, said = codings(concept, context.code_map), names(concept)
    if not found and not said:
        raise NotUsedError("It does not say which condition.", "missing-code")
    present = verified != "refuted"
    clinical = code_of(table(one, "clinicalStatus"))
    if clinical and clinical not in _ACTIVE | _OVER:
        raise NotUsedError("Its clinicalStatus is not one of FHIR's.", "wrong-status")
    onset = day(one, "onsetDateTime", today=context.today)
    over = clinical in _OVER or _abated(one, onset, context)
    icd10cm = icd10cm_of(found)
    known = of_condition(icd10cm, said, context.knowledge)
    if is_twitching(icd10cm, said, context.knowledge):
        _current(clinical, over, present=present)
        yield Part(key="twitching", name="twitching", value=present, as_="twitching")
        return
    finding = known.finding if known else finding_of(found, said, context.knowledge)
    if finding is None:
        cause = cause_of(found, said, context.knowledge)
        if cause is not None:
            name = context.knowledge.causes[cause].name
            raise NotUsedError(
                f"It names a cause that Corrin weighs by its findings and results ({name}): "
                "a diagnosis is not counted as evidence for itself."
            )
        raise NotUsedError("It is not a condition that Corrin asks about.")
    if not (known and known.lasting):
        _current(clinical, over, present=present)
    yield Part(
        key="findings",
        name=finding,
        value=present,
        as_=f"findings: {finding}{'' if present else ' (refuted)'}",
    )


def _abated(one: Resource, onset: dt.date | None, context: Context) -> bool:
    ended = day(one, "abatementDateTime", today=context.today)
    if ended is not None and onset is not None and ended < onset:
        raise NotUsedError("It ends before it begins.", "reversed-dates")
    return any(key.startswith("abatement") and one[key] is not None for key in one)


def _current(clinical: str, over: bool, *, present: bool) -> None:
    """Refuse to take what is over, or may be, for what is there now."""
    if not present:
        return
    if over:
        raise NotUsedError("It is over. That is neither present nor known to be absent now.")
    if not clinical:
        raise NotUsedError("It does not say whether it is still active.")
