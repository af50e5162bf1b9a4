"""Citations as CSL-JSON (the input data of the Citation Style Language, version 1.0.2)."""

from __future__ import annotations

import json
from collections.abc import Iterable
from typing import Any

from corrin.knowledge.citing import Citation, Name


def as_csl_json(citations: Iterable[Citation]) -> str:
    """Return the citations as one CSL-JSON array, in the order given."""
    return json.dumps([csl_item(cited) for cited in citations], ensure_ascii=False, indent=2)


def csl_item(cited: Citation) -> dict[str, Any]:
    """Return one citation as a CSL-JSON item.

    How far the source was read, its kind of study and its licence have no variable of
    their own in CSL and stand under ``custom``.
    """
    authors = [_name(name) for name in cited.names]
    if cited.others:
        authors.append({"literal": "et al."})
    own = {"read": cited.read.value, "study_type": cited.study_type, "licence": cited.licence}
    item: dict[str, Any] = {
        "id": cited.id,
        "type": cited.kind.value,
        "title": cited.title,
        "author": authors,
        "issued": {"date-parts": [[cited.year]]} if cited.year else None,
        "container-title": cited.container,
        "volume": cited.volume,
        "issue": cited.issue,
        "page": cited.pages,
        "DOI": cited.doi,
        "PMID": cited.pmid,
        "PMCID": cited.pmcid,
        "ISBN": cited.isbn,
        "URL": cited.url,
        "note": cited.note,
        "custom": {key: value for key, value in own.items() if value},
    }
    return {key: value for key, value in item.items() if value}


def _name(name: Name) -> dict[str, str]:
    if not name.certain:
        return {"literal": name.family}
    return {"family": name.family, **({"given": name.given} if name.given else {})}
