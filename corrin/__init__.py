"""Corrin: is my vitamin B12 high or low, does it explain my twitching, and what next?

``corrin.read_person(path)`` reads a person file, ``corrin.assess(person)`` answers for
one person and ``corrin.assess_many(people)`` for many, ``corrin.appraise("CL02")`` says
what the evidence says of a claim.  The command ``corrin`` and
``python -m corrin`` are the same program.
"""

from importlib import import_module
from typing import TYPE_CHECKING, Any

from corrin._version import __version__

if TYPE_CHECKING:
    from corrin.assessment import appraise, assess, assess_many
    from corrin.picture.person_file import read_person

__all__ = ["__version__", "appraise", "assess", "assess_many", "read_person"]

_HOME = {
    "appraise": "corrin.assessment",
    "assess": "corrin.assessment",
    "assess_many": "corrin.assessment",
    "read_person": "corrin.picture.person_file",
}


def __getattr__(name: str) -> Any:
    """Load what is asked for when it is asked for, so that ``corrin --help`` is instant."""
    if name in _HOME:
        return getattr(import_module(_HOME[name]), name)
    raise AttributeError(f"module 'corrin' has no attribute '{name}'")
