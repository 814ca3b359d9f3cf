"""Every task of the table over the wires of four providers, two for each question by turns: its real words go out, a valid
answer of its form comes back.

What is asked is noted while the tasks are done over a small book; the answers are the storyteller's, in the frames of
each provider. A task without a row here fails, and so does a prompt that is never asked.
"""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from factories.every_task import every_question
from factories.questions import Question
from infinite_scribe.prompts.catalogue import shipped_prompts
from infinite_scribe.runs.schemas.tasks import TASKS
from servers.recorded_provider import Play

from .conftest import KINDS, House, Kind

pytestmark = pytest.mark.timeout(120)

FORMATS = [one for one in KINDS if one.name in {"anthropic", "google", "mistral", "openai"}]
ASKS: dict[str, set[str]] = {
    "worldsmith.sparks": {"worldsmith.sparks"},
    "worldsmith.options": {"worldsmith.options", "worldsmith.option"},
    "worldsmith.complete": {"worldsmith.complete", "worldsmith.part"},
    "worldsmith.reply": {"worldsmith.reply"},
    "worldsmith.merge": {"worldsmith.merge"},
    "worldsmith.compare": {"worldsmith.compare"},
    "worldsmith.digest": {"worldsmith.digest"},
    "worldsmith.refresh": {"worldsmith.refresh"},
    "director.begin_book": {"director.beats"},
    "director.cards": {"director.cards", "director.critique", "director.choose_plan"},
    "director.outline": {"director.outline"},
    "director.beats": {"director.beats"},
    "director.write_chapter": {
        "director.cards",
        "director.critique",
        "director.choose_plan",
        "director.beats",
        "director.replan",
    },
    "director.write_book": {"director.promises"},
    "director.replan": {"director.replan"},
    "director.what_if": {"director.what_if"},
    "writer.draft_scene": {"writer.draft_scene", "writer.write_beats"},
    "writer.draft_chapter": {"writer.draft_scene"},
    "writer.rewrite": {"writer.rewrite"},
    "writer.continue": {"writer.continue"},
    "writer.replay": {"writer.rewrite"},  # whatever it repeats
    "writer.write_beats": {"writer.write_beats"},
    "writer.resize": {"writer.resize"},
    "writer.dialogue": {"writer.dialogue"},
    "writer.describe": {"writer.describe"},
    "editor.check": set(),  # code alone
    "editor.realise": {"editor.realise"},
    "editor.judge_pair": {"editor.judge_pair"},
    "editor.choose": {"editor.choose"},
    "editor.feedback": {"editor.feedback"},
    "editor.cold_read": {"editor.cold_read"},
    "editor.fix": {"editor.fix"},
    "editor.judge": {"editor.judge"},
    "editor.calibrate": {"editor.choose", "editor.judge_pair", "editor.judge"},
    "librarian.learn": {"librarian.extract", "librarian.summarise"},
    "librarian.extract": {"librarian.extract"},
    "librarian.index": set(),  # asks for vectors, not for words
    "librarian.summarise": {"librarian.summarise"},
}
"""Which prompts each task asks by itself; what its children ask stands in their rows."""


def test_every_task_has_its_row_and_every_prompt_is_asked() -> None:
    assert ASKS.keys() == TASKS.keys()
    asked = set().union(*ASKS.values())
    assert asked == {name.rpartition(".")[0] for name in shipped_prompts()}


def missing(found: dict[tuple[str, str, str], Question]) -> list[tuple[str, str]]:
    """Return what the rows promise and nobody asked."""
    seen = {key[:2] for key in found}
    return sorted(
        (task, prompt) for task, prompts in ASKS.items() for prompt in prompts if (task, prompt) not in seen
    )


async def ask(house: House, kind: Kind, one: Question) -> None:
    """Ask a question on a wire and demand a valid answer."""
    house.provider.again()
    name = "structure" if one.form is not None else "text"
    words = one.words if one.form is not None else one.words[:1_200]  # more than its room is dammed elsewhere
    house.provider.play(Play(f"{kind.name}/{name}", words=words))
    heard = await house.ask(kind, **one.request())
    assert heard.done is not None, (kind.name, one.key, heard.failed)
    [seen] = house.provider.seen
    for message in one.messages:
        assert json.dumps(message.text, ensure_ascii=False)[1:-1] in seen.words, (kind.name, one.key)
    if one.form is None:
        assert heard.done.text == words
    else:
        valid = one.form.model_validate(heard.done.output)
        assert valid == one.form.model_validate_json(one.words)
        assert heard.done.rung == "native", (kind.name, one.key)


async def test_every_task_is_asked_and_answered_over_the_wires(house: House, tmp_path: Path) -> None:
    found = await every_question(house.db, tmp_path)
    assert not missing(found), missing(found)
    for number, one in enumerate(found.values()):
        for kind in (FORMATS[number % 4], FORMATS[(number + 1) % 4]):
            await ask(house, kind, one)
