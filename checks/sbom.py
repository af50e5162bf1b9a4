"""The third-party software of a deployment as CycloneDX 1.6: ``python -m checks.sbom``.

Made from the pinned requirements, so that it lists what is installed by their hashes and not
what happens to lie on this machine.  Licences are those the installed packages state.  The same
requirements give the same bytes; nothing of a registry's address is in it.
"""

from __future__ import annotations

import argparse
import hashlib
import json
import platform
import re
import sys
import uuid
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from importlib import metadata
from pathlib import Path
from typing import Any

from packaging.requirements import InvalidRequirement, Requirement
from packaging.utils import canonicalize_name

from corrin._version import __version__
from corrin.knowledge.loading import load

ROOT = Path(__file__).resolve().parent.parent
REQUIREMENTS = Path("deploy/requirements.txt")
OUT = Path("out/sbom.cdx.json")
ASSETS = Path("corrin/interfaces/web/assets")
_PINNED = re.compile(r"^(?P<name>[A-Za-z0-9._-]+)==(?P<version>[^\s;]+)\s*(?:;.*)?$")
_HASH = re.compile(r"--hash=sha256:([0-9a-f]{64})")
_SCRIPT = re.compile(r"^(?P<name>[a-z]+)-(?P<version>\d+\.\d+\.\d+)\.min\.js$")
#: Of the scripts that ship with the page, as NOTICE says.
_SCRIPT_LICENCES = {"htmx": "0BSD"}


@dataclass(frozen=True, slots=True, kw_only=True)
class Pinned:
    """One package as the requirements pin it."""

    name: str
    version: str
    hashes: tuple[str, ...]


def pinned(text: str) -> list[Pinned]:
    """Return the packages of a requirements file that this Python and system would install."""
    joined = re.sub(r"\\\n\s*", " ", text)
    found = []
    for line in joined.splitlines():
        head = line.split("--hash", 1)[0].strip()
        match = _PINNED.match(head)
        if not match:
            continue
        wanted = Requirement(head)
        if wanted.marker is None or wanted.marker.evaluate():
            found.append(
                Pinned(
                    name=canonicalize_name(match["name"]),
                    version=match["version"],
                    hashes=tuple(_HASH.findall(line)),
                )
            )
    return sorted(found, key=lambda one: one.name)


def sbom(packages: Sequence[Pinned], root: Path = ROOT) -> dict[str, Any]:
    """Return the bill of materials as CycloneDX has it."""
    components = [*(_package(one) for one in packages), *_scripts(root), _python()]
    refs = {one["name"]: one["bom-ref"] for one in components}
    corrin = {
        "type": "application",
        "bom-ref": f"pkg:generic/corrin@{__version__}",
        "name": "corrin",
        "version": __version__,
        "purl": f"pkg:generic/corrin@{__version__}",
        "licenses": [{"license": {"id": "Apache-2.0"}}],
        "properties": [{"name": "corrin:knowledge_version", "value": load().version}],
    }
    content: dict[str, Any] = {
        "bomFormat": "CycloneDX",
        "specVersion": "1.6",
        "version": 1,
        "metadata": {"component": corrin},
        "components": components,
        "dependencies": [
            {"ref": corrin["bom-ref"], "dependsOn": sorted(refs.values())},
            *(
                {
                    "ref": refs[one.name],
                    "dependsOn": sorted({refs[name] for name in _needs(one.name) if name in refs}),
                }
                for one in packages
            ),
        ],
    }
    digest = hashlib.sha256(json.dumps(content, sort_keys=True).encode()).digest()
    # Of the content, so that the same content has the same number.
    return {"serialNumber": f"urn:uuid:{uuid.UUID(bytes=digest[:16], version=4)}", **content}


def _package(one: Pinned) -> dict[str, Any]:
    purl = f"pkg:pypi/{one.name}@{one.version}"
    table: dict[str, Any] = {
        "type": "library",
        "bom-ref": purl,
        "name": one.name,
        "version": one.version,
        "purl": purl,
    }
    licence = _licence(one.name)
    if licence is not None:
        table["licenses"] = [licence]
    # One hash for each file that may be installed: which one depends on the machine.
    table["properties"] = [{"name": "corrin:sha256", "value": hash_} for hash_ in one.hashes]
    return table


def _licence(name: str) -> dict[str, Any] | None:
    try:
        about = metadata.metadata(name)
    except metadata.PackageNotFoundError:
        return None
    if "License-Expression" in about:
        return {"expression": about["License-Expression"]}
    said = [one.rpartition(" :: ")[2] for one in about.get_all("Classifier") or ()
            if one.startswith("License ::")]  # fmt: skip
    stated = next(iter(about.get_all("License") or ()), "")
    words = "; ".join(said) or stated.strip().partition("\n")[0]
    return {"license": {"name": words}} if words else None


def _needs(name: str) -> Iterator[str]:
    try:
        required = metadata.requires(name) or []
    except metadata.PackageNotFoundError:
        return
    for line in required:
        try:
            one = Requirement(line)
        except InvalidRequirement:
            continue
        if one.marker is None or one.marker.evaluate({"extra": ""}):
            yield canonicalize_name(one.name)


def _scripts(root: Path) -> Iterator[dict[str, Any]]:
    for path in sorted((root / ASSETS).glob("*.min.js")):
        match = _SCRIPT.match(path.name)
        if match is None:
            raise ValueError(f"{path.name}: a script of others is named NAME-VERSION.min.js")
        purl = f"pkg:npm/{match['name']}.org@{match['version']}"
        yield {
            "type": "library",
            "bom-ref": purl,
            "name": match["name"],
            "version": match["version"],
            "purl": purl,
            "hashes": [
                {"alg": "SHA-256", "content": hashlib.sha256(path.read_bytes()).hexdigest()}
            ],
            "licenses": [{"license": {"id": _SCRIPT_LICENCES[match["name"]]}}],
        }


def _python() -> dict[str, Any]:
    version = platform.python_version()
    return {
        "type": "platform",
        "bom-ref": f"pkg:generic/python@{version}",
        "name": "python",
        "version": version,
        "purl": f"pkg:generic/python@{version}",
        "licenses": [{"license": {"id": "PSF-2.0"}}],
    }


def main() -> int:
    """Write the bill of materials and say what it holds."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--requirements", type=Path, default=ROOT / REQUIREMENTS)
    parser.add_argument("--output", type=Path, default=ROOT / OUT)
    given = parser.parse_args()
    packages = pinned(given.requirements.read_text(encoding="utf-8"))
    content = sbom(packages)
    given.output.parent.mkdir(parents=True, exist_ok=True)
    given.output.write_text(json.dumps(content, indent=2) + "\n", encoding="utf-8")
    unknown = [one["name"] for one in content["components"] if "licenses" not in one]
    print(f"{len(content['components'])} components in {given.output.name}")
    if unknown:
        print(f"licence not known (not installed here): {', '.join(unknown)}")
    return 0


if __name__ == "__main__":
    sys.exit(main())
