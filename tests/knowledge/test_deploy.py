"""What the container and the service unit promise: pinned, as nobody in particular, read only."""

from __future__ import annotations

import configparser
import re
import shutil
import subprocess
from pathlib import Path

import pytest

from checks.sbom import pinned

ROOT = Path(__file__).parents[2]
CONTAINER = (ROOT / "deploy/Containerfile").read_text(encoding="utf-8")
UNIT = ROOT / "deploy/corrin.service"


def stages() -> list[str]:
    return re.split(r"^FROM .*$", CONTAINER, flags=re.MULTILINE)[1:]


def requirements(name: str) -> str:
    return (ROOT / name).read_text(encoding="utf-8")


def test_every_package_of_the_deployment_is_pinned_with_hashes() -> None:
    text = requirements("deploy/requirements.txt")
    entries = re.split(r"\n(?=[a-z0-9])", text)[1:]
    assert len(entries) > 40
    for entry in entries:
        assert re.match(r"[a-z0-9.-]+==\S+", entry), entry
        assert "--hash=sha256:" in entry, entry
    assert not re.search(r"https?://|index.url", text)


def test_it_has_the_versions_that_the_tests_ran_with() -> None:
    tested = {one.name: one.version for one in pinned(requirements("requirements/tests.txt"))}
    deployed = {one.name: one.version for one in pinned(requirements("deploy/requirements.txt"))}
    assert {name: tested.get(name) for name in deployed} == deployed


def test_it_asks_for_what_the_extras_ask_for() -> None:
    extras = (ROOT / "pyproject.toml").read_text(encoding="utf-8")
    asked = requirements("deploy/requirements.in")
    for extra in ("web", "cds", "smart"):
        (listed,) = re.findall(rf"^{extra} = \[(.*?)\]$", extras, re.MULTILINE | re.DOTALL)
        for one in re.findall(r'"([^"]+)"', listed):
            assert one in asked.splitlines(), f"{extra}: {one}"


def test_pip_installs_nothing_without_a_hash_but_our_own_wheel() -> None:
    installs = re.findall(r"pip install (.*)", CONTAINER)
    assert len(installs) == 3
    ours = [one for one in installs if "--no-index" in one]
    assert ours == ["--no-index --no-deps dist/corrin-*.whl \\"]
    others = [one for one in installs if one not in ours]
    assert all("--require-hashes" in one and "--only-binary :all:" in one for one in others)


def test_the_build_fetches_nothing_by_itself() -> None:
    assert not re.search(r"\b(curl|wget|git clone|apt-get|npm|ADD)\b", CONTAINER)
    assert not re.search(r"https?://(?!127\.0\.0\.1)", CONTAINER)


def test_the_container_runs_as_nobody_in_particular() -> None:
    build, run = stages()
    assert "USER" not in build
    user = re.search(r"^USER (\d+):(\d+)$", run, re.MULTILINE)
    assert user
    assert int(user[1]) >= 10_000
    before, after = run.split("USER ")
    assert "RUN" not in after, "nothing is done as that user but to serve"
    assert "--chown=root:root" in before, "the program is not the user's to change"


def test_it_writes_nothing_but_its_state() -> None:
    _, run = stages()
    assert "PYTHONDONTWRITEBYTECODE=1" in run
    assert re.findall(r"VOLUME (.*)", run) == ['["/var/lib/corrin"]']
    assert "XDG_STATE_HOME=/var/lib" in run


def test_every_file_that_is_copied_is_there() -> None:
    for copied in re.findall(r"^COPY (?!--from)(.*)$", CONTAINER, re.MULTILINE):
        *sources, _ = copied.split()
        assert all((ROOT / source).exists() for source in sources), copied


def unit() -> dict[str, list[str]]:
    found: dict[str, list[str]] = {}
    for line in UNIT.read_text(encoding="utf-8").splitlines():
        name, sign, value = line.partition("=")
        if sign and not line.startswith("#"):
            found.setdefault(name, []).append(value)
    return found


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("DynamicUser", "yes"), ("NoNewPrivileges", "yes"), ("ProtectSystem", "strict"),
        ("ProtectHome", "yes"), ("PrivateTmp", "yes"), ("PrivateDevices", "yes"),
        ("CapabilityBoundingSet", ""), ("AmbientCapabilities", ""), ("UMask", "0077"),
        ("RestrictNamespaces", "yes"), ("MemoryDenyWriteExecute", "yes"),
        ("SystemCallArchitectures", "native"), ("IPAddressDeny", "any"),
        ("IPAddressAllow", "localhost"), ("StateDirectory", "corrin"),
    ],
)  # fmt: skip
def test_the_unit_is_hardened(name: str, value: str) -> None:
    assert unit()[name] == [value]


def test_the_unit_listens_on_this_machine_alone() -> None:
    (start,) = unit()["ExecStart"]
    assert "--host 127.0.0.1" in start
    parser = configparser.ConfigParser(strict=False, interpolation=None)
    parser.optionxform = str  # type: ignore[assignment,method-assign]
    parser.read_string(UNIT.read_text(encoding="utf-8"))
    assert parser.sections() == ["Unit", "Service", "Install"]


def test_systemd_finds_no_fault_where_it_is_there(tmp_path: Path) -> None:
    """Without systemd the settings above stand for it; nothing is skipped."""
    analyze = shutil.which("systemd-analyze")
    if analyze is None:
        return
    copy = tmp_path / "corrin.service"
    text = re.sub(r"^ExecStart=\S+", "ExecStart=/bin/true", UNIT.read_text(), flags=re.MULTILINE)
    copy.write_text(text, encoding="utf-8")
    done = subprocess.run(
        [analyze, "security", "--offline=true", "--threshold=20", str(copy)],
        capture_output=True, text=True, check=False,
    )  # fmt: skip
    assert done.returncode == 0, done.stdout[-400:] + done.stderr
