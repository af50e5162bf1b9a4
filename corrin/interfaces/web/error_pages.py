"""What a browser is shown when a request cannot be answered: calm words and a way on."""

from __future__ import annotations

from fastapi import Request

from corrin.interfaces.web.drawing import draw
from corrin.interfaces.web.problems import Trouble
from corrin.interfaces.web.sending import language_of
from corrin.interfaces.web.translating import said

#: By kind of problem: what is the matter, and what to do.
_WORDS = {
    "not-found": (
        said("There is no such page"),
        said("The address may be old or mistyped. Start from the first page."),
    ),
    "method-not-allowed": (
        said("This page cannot be opened like that"),
        said("It is made from answers that you send. Go back, or start again."),
    ),
    "too-large": (
        said("That is too much at once"),
        said("Send one report only, and less than 960 kB. Go back and try again."),
    ),
    "too-slow": (
        said("It took too long to arrive"),
        said("Your answers are still in the page before this one. Go back and try again."),
    ),
    "wrong-content-type": (
        said("That kind of file cannot be read"),
        said("Go back and choose another file, or type the numbers in."),
    ),
    "input-refused": (
        said("These answers could not be used"),
        said("Go back and correct what is listed here."),
    ),
    "cross-origin": (
        said("Another site tried to send something"),
        said("It was stopped, and nothing was done. Open Corrin itself and start from there."),
    ),
    "wrong-host": (
        said("Corrin does not answer to this address"),
        said("Use the address that it printed when it was started."),
    ),
    "busy": (
        said("Too many answers are being worked out"),
        said("Your answers are still in the page before this one. Wait a moment and try again."),
    ),
    "took-too-long": (
        said("This answer took too long to work out"),
        said("Your answers are still in the page before this one. Go back and try again."),
    ),
}
_OTHER = (
    said("Something went wrong on our side"),
    said("No answer was given. Your answers are still in the page before this one. Try again."),
)


def error_page(request: Request, trouble: Trouble) -> str:
    """Return the page for a problem; what is urgent all the same comes first on it."""
    title, words = _WORDS.get(trouble.code, _OTHER)
    return draw(
        "trouble.html",
        language=language_of(request),
        title=title,
        do=words,
        urgent=trouble.urgent,
        problems=trouble.problems,
    )
