"""``corrin ask``: red flags first, "not sure" always, back and stop at any time, nothing lost."""

from __future__ import annotations

import json
from pathlib import Path

from tests.interfaces.running import corrin


def ask(*replies: str, save: Path | None = None, more: tuple[str, ...] = ()) -> tuple[str, dict]:
    options = ("--save", str(save)) if save else ()
    done = corrin("ask", "--format", "json", *options, *more, given="\n".join(replies) + "\n")
    assert done.code == 0, done.error
    return done.error, json.loads(done.output)


def test_stopping_at_once_still_answers() -> None:
    said, answer = ask("s")
    assert "How old are you" in said
    assert answer["urgency"]["tier"] == "routine"


def test_red_flags_come_before_the_test_result() -> None:
    said, _ = ask("41", "female", "y", *["0"] * 40)
    assert "Does any of these fit you" in said
    result = said.find("vitamin B12 result")
    assert result == -1 or said.index("Does any of these fit you") < result


def test_a_red_flag_ticked_is_an_emergency() -> None:
    said, answer = ask("41", "female", "y", "1", "s")
    assert "Does any of these fit you" in said
    assert answer["urgency"]["tier"] == "emergency"


def test_going_back_takes_the_answer_back(tmp_path: Path) -> None:
    save = tmp_path / "me.json"
    ask("41", "b", "52", "s", save=save)
    assert json.loads(save.read_text())["age"] == 52


def test_not_sure_is_not_asked_again(tmp_path: Path) -> None:
    save = tmp_path / "me.json"
    said, _ = ask("?", "?", "?", "s", save=save)
    assert said.count("How old are you") == 1
    assert "age" not in json.loads(save.read_text())


def test_a_reply_not_understood_is_asked_again() -> None:
    said, _ = ask("forty", "41", "s")
    assert said.count("How old are you") == 2
    assert "Write your age in years" in said


def test_help_says_why() -> None:
    said, _ = ask("h", "s")
    assert "Causes differ with age" in said


def test_what_was_saved_can_be_taken_up_again(tmp_path: Path) -> None:
    save = tmp_path / "me.json"
    ask("41", "female", "y", "s", save=save)
    said, answer = ask("s", more=("--from", str(save)))
    assert "How old are you" not in said
    assert answer["twitching"] is not None


def test_the_saved_file_is_a_person_file(tmp_path: Path) -> None:
    save = tmp_path / "me.json"
    ask("41", "female", "y", "0", "s", save=save)
    assert corrin("assess", str(save)).code == 0


def test_the_interview_ends_by_itself() -> None:
    said, answer = ask("41", "female", "y", *["?"] * 200)
    assert answer["twitching"]["causes"]
    assert said.count("  >") < 200


def test_questions_are_numbered_one_by_one() -> None:
    said, _ = ask("41", "female", "y", "0", "0", "s")
    numbers = [int(line.split(".")[0]) for line in said.splitlines() if line[:1].isdigit()]
    assert numbers == list(range(1, len(numbers) + 1))
