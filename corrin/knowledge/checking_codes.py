"""Checks on codes: systems that may ship, digits that add up, one code for one record."""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterator

from corrin.knowledge.facts import Knowledge
from corrin.knowledge.issues import Issue, error
from corrin.knowledge.records import Code

#: Systems whose licence lets their codes ship, with the shape of their codes.
_ALLOWED = {
    "LOINC": re.compile(r"[1-9]\d{0,6}-\d"),
    "HPO": re.compile(r"HP:\d{7}"),
    "ICD-10-CM": re.compile(r"[A-Z]\d[0-9A-Z](\.[0-9A-Z]{1,4})?"),
}


def check_codes(knowledge: Knowledge) -> Iterator[Issue]:
    """Yield what is wrong with codes."""
    for kind in ("causes", "findings", "labs"):
        holders: dict[tuple[str, str], list[tuple[str, Code]]] = defaultdict(list)
        for id_, record in getattr(knowledge, kind).items():
            for code in record.codes:
                yield from _shape(f"{kind}/{id_}", code)
                holders[code.system, code.code].append((id_, code))
        for (system, code_), held in holders.items():
            if len(held) > 1 and not all("shared" in (code.note or "") for _, code in held):
                ids = ", ".join(id_ for id_, _ in held)
                yield error(
                    f"{kind}/{held[0][0]}",
                    f"{system} {code_} stands in more than one place: {ids}.",
                    "Keep one, or let the note of each say that it is shared and why.",
                )


def _shape(where: str, code: Code) -> Iterator[Issue]:
    allowed = _ALLOWED.get(code.system)
    if allowed is None:
        yield error(
            where,
            f"codes of '{code.system}' may not ship.",
            f"Take it away; systems that may: {', '.join(_ALLOWED)}.",
        )
    elif not allowed.fullmatch(code.code):
        yield error(where, f"'{code.code}' is not shaped like {code.system}.", "Copy it again.")
    elif code.system == "LOINC" and not loinc_digit_holds(code.code):
        yield error(where, f"the check digit of LOINC {code.code} is wrong.", "Copy it again.")


def loinc_digit_holds(code: str) -> bool:
    """Return whether a LOINC code's last digit is the one its other digits give.

    Mod 10, as in the LOINC Users' Guide, appendix "Calculating Mod 10 Check Digits":
    every other digit from the right is doubled, all digits are added, and the check
    digit brings the sum to a multiple of ten.
    """
    number, _, digit = code.partition("-")
    doubled = str(int(number[::-1][::2][::-1]) * 2)
    total = sum(int(d) for d in doubled + number[::-1][1::2])
    return (total + int(digit)) % 10 == 0
