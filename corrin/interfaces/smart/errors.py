"""Why a page could not be opened from a record; no address, token or value is in it."""

from __future__ import annotations

from enum import StrEnum

from corrin.errors import CorrinError


class Why(StrEnum):
    """What went wrong, for the page that says so.

    ``REFUSED`` is the record's own no, ``DENIED`` that of the person who was asked.
    """

    NOT_A_LAUNCH = "not-a-launch"
    NOT_LISTED = "not-listed"
    NOT_REACHED = "not-reached"
    NOT_FIT = "not-fit"
    NOT_OURS = "not-ours"
    DENIED = "denied"
    REFUSED = "refused"
    NO_PATIENT = "no-patient"
    NOTHING_READ = "nothing-read"


class SmartError(CorrinError):
    """A launch that ends here."""

    def __init__(self, why: Why) -> None:
        self.why = why
        super().__init__(why.value)


class Fault(StrEnum):
    """Why part of a record is not there."""

    NOT_ALLOWED = "not-allowed"
    NOT_OFFERED = "not-offered"
    FAILED = "failed"
    ELSEWHERE = "elsewhere"
    TOO_MUCH = "too-much"
    TOO_SLOW = "too-slow"


class AskError(CorrinError):
    """One question to a record's server was not answered."""

    def __init__(self, fault: Fault) -> None:
        self.fault = fault
        super().__init__(fault.value)
