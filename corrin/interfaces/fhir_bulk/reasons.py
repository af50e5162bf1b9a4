"""A short code for each reason for which a resource says nothing that is used.

The reader of one person gives such a reason as a sentence; of millions only a count is
wanted.  Reasons for which a resource is refused have a code of their own there.
"""

from __future__ import annotations

import functools

#: The beginning of a sentence of ``corrin.interfaces.fhir`` and its code.
_CODES = (
    ("Its status is ", "status-not-used"),
    ("It was entered in error.", "entered-in-error"),
    ("It is not a test that Corrin uses.", "code-not-used"),
    ("It is not a condition that Corrin asks about.", "code-not-used"),
    ("Its LOINC code is not one that Corrin knows", "loinc-not-known"),
    ("It holds no value", "no-value"),
    ("It could not be read", "no-value"),
    ("It is of ", "too-old"),
    ("It does not say whether it is present or absent.", "not-said"),
    ("It is unconfirmed", "suspicion"),
    ("It is provisional", "suspicion"),
    ("It is differential", "suspicion"),
    ("It names a cause", "diagnosis-itself"),
    ("It is over.", "over"),
    ("It does not say whether it is still active.", "activity-not-said"),
    ("It was replaced by another record", "replaced"),
    ("It says that this one is not taken", "not-taken"),
    ("It says that this medicine is not to be given.", "not-to-be-given"),
    ("It is no longer taken", "ended-day-not-known"),
    ("It gives its medicine as a code alone", "code-without-name"),
    ("None of its instructions has begun.", "not-begun"),
    ("It is a proposal", "not-an-order"),
    ("It is a plan", "not-an-order"),
    ("It is a option", "not-an-order"),
    ("It is not a visit that goes on now.", "visit-over"),
    ("Its class is not one", "code-not-used"),
    ("It answers another questionnaire", "other-questionnaire"),
    ("Corrin does not use a ", "kind-not-used"),
    ("It is read together with what refers to it.", "read-with-what-refers-to-it"),
    ("It holds nothing that Corrin asks about.", "nothing-asked"),
)
NOT_USED = "not-used"
CODE_NOT_USED = "code-not-used"
KIND_NOT_USED = "kind-not-used"
VISIT_OVER = "visit-over"
READ_WITH_OTHERS = "read-with-what-refers-to-it"


@functools.lru_cache(maxsize=256)
def reason_code(sentence: str) -> str:
    """Return the code of a reason for which a resource is ignored."""
    return next((code for start, code in _CODES if sentence.startswith(start)), NOT_USED)
