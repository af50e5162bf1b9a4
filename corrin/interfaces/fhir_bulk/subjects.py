"""Whose a resource is, in an export of one server: the logical id of a Patient."""

from __future__ import annotations

import re

from corrin.interfaces.fhir.elements import NotUsedError, Resource, table, text

#: FHIR's ids, and those of servers that allow a little more.
_ID = re.compile(r"[A-Za-z0-9._~:@+\-]{1,128}")
_PLAIN = "Patient/"


def is_id(text_: str) -> bool:
    """Return whether a text can stand for a person."""
    return _ID.fullmatch(text_) is not None


def person_of(one: Resource) -> str:
    """Return the id of the person a resource is of.

    Raises :class:`NotUsedError` when it is of nobody, or of what is no patient.
    """
    if one.get("resourceType") == "Patient":
        return checked(text(one, "id"))
    said: set[str] = set()
    for key in ("subject", "patient"):
        if one.get(key) is None:
            continue
        whose = table(one, key)
        if reference := text(whose, "reference"):
            said.add(person_referred(reference))
        elif table(whose, "identifier"):
            raise NotUsedError("It is of another patient, or one not known.", "other-patient")
    if not said:
        raise NotUsedError("It does not say whose it is.", "no-patient")
    if len(said) > 1:
        raise NotUsedError("It is of more than one patient.", "other-patient")
    return said.pop()


def person_referred(reference: str) -> str:
    """Return the id in a reference to a Patient: relative, a whole address or a urn."""
    reference = reference.strip().partition("/_history/")[0]
    if reference.startswith("urn:"):
        return checked(reference.rpartition(":")[2])
    before, found, tail = reference.rpartition(_PLAIN)
    if not found or (before and not before.endswith("/")):
        raise NotUsedError("It is of another patient, or one not known.", "other-patient")
    return checked(tail)


def checked(id_: str) -> str:
    """Return an id that can stand for a person.

    Raises :class:`NotUsedError` for one that is missing or is none.
    """
    if not id_:
        raise NotUsedError("It has no id.", "missing-id")
    if not is_id(id_):
        raise NotUsedError("Its id is not one that FHIR allows.", "wrong-id")
    return id_
