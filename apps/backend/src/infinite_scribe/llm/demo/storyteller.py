"""The demo provider's one door: a task and its data in, prose or a typed answer out.

Pure and deterministic: the answer depends on task, data, seed and language, and on nothing
else. No model, no network, no clock, no database. Languages are imported when first asked
for, so that a reader of English never loads the Chinese lexicon.
"""

from collections.abc import Callable
from importlib import import_module
from typing import Any

from infinite_scribe.llm.demo import (
    close_reading,
    critic,
    direct,
    extracting,
    genesis,
    genesis_options,
    genesis_parts,
    genesis_talk,
    judging,
    mending,
    outlining,
    promising,
    review,
)
from infinite_scribe.llm.demo.chance import Chance, digest
from infinite_scribe.llm.demo.draft import draft, set_scene
from infinite_scribe.llm.demo.going_on import go_on
from infinite_scribe.llm.demo.schemas import (
    BeatsData,
    Briefing,
    CardsData,
    CompleteData,
    DemoAnswer,
    DescribeData,
    DialogueData,
    OnwardData,
    OptionsData,
    RealiseData,
    RewriteData,
    SparksData,
    SummariseData,
)
from infinite_scribe.llm.demo.teller import Teller

_Handler = Callable[[Teller, dict[str, Any], int, Chance], DemoAnswer]

#: Language code of a call → package that tells in it.
LANGUAGES = {"en": "en", "zh": "zh", "zh-cn": "zh"}


class UnknownTask(LookupError):  # noqa: N818 - named for what it says
    """The demo has no answer for this task, and says so instead of inventing one."""


def teller_of(language: str) -> Teller:
    """The language package; a language without one is told in English."""
    code = LANGUAGES.get(language.lower(), LANGUAGES.get(language.lower().split("-")[0], "en"))
    module = import_module(f"infinite_scribe.llm.demo.{code}")
    teller: Teller = module.TELLER
    return teller


def _draft(teller: Teller, data: dict[str, Any], seed: int, _: Chance) -> DemoAnswer:
    return draft(teller, Briefing.model_validate(data), seed)


def _continue(teller: Teller, data: dict[str, Any], seed: int, _: Chance) -> DemoAnswer:
    return go_on(teller, OnwardData.model_validate(data), seed)


def _rewrite(teller: Teller, data: dict[str, Any], _: int, chance: Chance) -> DemoAnswer:
    return DemoAnswer(text=teller.rewrite(RewriteData.model_validate(data), chance))


def _dialogue(teller: Teller, data: dict[str, Any], _: int, __: Chance) -> DemoAnswer:
    return DemoAnswer(text=teller.talk_over(DialogueData.model_validate(data)))


def _describe(teller: Teller, data: dict[str, Any], seed: int, _: Chance) -> DemoAnswer:
    asked = DescribeData.model_validate(data)
    narrator = teller.narrator(set_scene(asked, seed))
    return DemoAnswer(output={"cards": teller.describe(narrator, asked)})


def _code(data: dict[str, Any]) -> str:
    return LANGUAGES.get(str(data.get("language", "en")).lower().split("-")[0], "en")


def _stage(
    made: Callable[[genesis.Stager, genesis.StageData, Chance], dict[str, Any]],
) -> _Handler:
    """A question about a stage of the book, answered in the book's language."""

    def told(_: Teller, data: dict[str, Any], __: int, chance: Chance) -> DemoAnswer:
        return DemoAnswer(
            output=made(genesis.stager_of(_code(data)), genesis.StageData.model_validate(data), chance)
        )

    return told


def _options(teller: Teller, data: dict[str, Any], seed: int, chance: Chance) -> DemoAnswer:
    if data.get("part"):
        return _stage(genesis_options.option)(teller, data, seed, chance)
    return DemoAnswer(output={"options": teller.inventor.options(OptionsData.model_validate(data), chance)})


def _complete(teller: Teller, data: dict[str, Any], seed: int, chance: Chance) -> DemoAnswer:
    if data.get("part"):
        return _stage(genesis_parts.part)(teller, data, seed, chance)
    return DemoAnswer(output=teller.inventor.complete(CompleteData.model_validate(data), chance))


def _sparks(teller: Teller, data: dict[str, Any], _: int, chance: Chance) -> DemoAnswer:
    return DemoAnswer(output={"sparks": teller.inventor.sparks(SparksData.model_validate(data), chance)})


def _cards(teller: Teller, data: dict[str, Any], _: int, chance: Chance) -> DemoAnswer:
    due = [promising.told(teller, promising.Due.model_validate(one)) for one in data.get("promises") or []]
    return DemoAnswer(
        output={**direct.cards(teller, CardsData.model_validate(data), chance), "promises": due}
    )


def _beats(teller: Teller, data: dict[str, Any], _: int, chance: Chance) -> DemoAnswer:
    return DemoAnswer(output=direct.beats(teller, BeatsData.model_validate(data), chance))


def _realise(teller: Teller, data: dict[str, Any], _: int, __: Chance) -> DemoAnswer:
    return DemoAnswer(output=review.realise(teller, RealiseData.model_validate(data)))


def _summarise(teller: Teller, data: dict[str, Any], _: int, __: Chance) -> DemoAnswer:
    return DemoAnswer(output=review.summarise(teller, SummariseData.model_validate(data)))


def _promises(teller: Teller, data: dict[str, Any], _: int, chance: Chance) -> DemoAnswer:
    return DemoAnswer(output=promising.promises(teller, promising.PromisesData.model_validate(data), chance))


def _outline(teller: Teller, data: dict[str, Any], _: int, chance: Chance) -> DemoAnswer:
    return DemoAnswer(output=outlining.outline(teller, outlining.OutlineData.model_validate(data), chance))


def _critique(teller: Teller, data: dict[str, Any], _: int, __: Chance) -> DemoAnswer:
    return DemoAnswer(output=judging.critique(teller, judging.PlansData.model_validate(data)))


def _choose_plan(teller: Teller, data: dict[str, Any], _: int, __: Chance) -> DemoAnswer:
    return DemoAnswer(output=judging.choose(teller, judging.PlansData.model_validate(data)))


def _replan(teller: Teller, data: dict[str, Any], _: int, __: Chance) -> DemoAnswer:
    return DemoAnswer(output=judging.replan(teller, judging.ReplanData.model_validate(data)))


def _what_if(teller: Teller, data: dict[str, Any], _: int, __: Chance) -> DemoAnswer:
    return DemoAnswer(output=judging.what_if(teller, judging.WhatIfData.model_validate(data)))


def _fix(teller: Teller, data: dict[str, Any], _: int, __: Chance) -> DemoAnswer:
    return DemoAnswer(output=mending.fix(teller, mending.FixData.model_validate(data)))


def _extract(teller: Teller, data: dict[str, Any], _: int, __: Chance) -> DemoAnswer:
    return DemoAnswer(output=extracting.extract(teller, extracting.ExtractData.model_validate(data)))


def _feedback(teller: Teller, data: dict[str, Any], _: int, __: Chance) -> DemoAnswer:
    return DemoAnswer(output=close_reading.feedback(teller, close_reading.ChapterData.model_validate(data)))


def _cold_read(teller: Teller, data: dict[str, Any], _: int, __: Chance) -> DemoAnswer:
    return DemoAnswer(output=close_reading.cold_read(teller, close_reading.ChapterData.model_validate(data)))


def _judge_pair(teller: Teller, data: dict[str, Any], _: int, __: Chance) -> DemoAnswer:
    return DemoAnswer(output=close_reading.judge_pairs(teller, close_reading.PairsData.model_validate(data)))


def _choose(teller: Teller, data: dict[str, Any], _: int, __: Chance) -> DemoAnswer:
    return DemoAnswer(output=critic.choose(teller, critic.DraftsData.model_validate(data)))


def _judge(teller: Teller, data: dict[str, Any], _: int, __: Chance) -> DemoAnswer:
    return DemoAnswer(output=critic.judge(teller, critic.MarksData.model_validate(data)))


HANDLERS: dict[str, _Handler] = {
    "worldsmith.options": _options,
    "worldsmith.complete": _complete,
    "worldsmith.sparks": _sparks,
    "worldsmith.reply": _stage(genesis_talk.reply),
    "worldsmith.compare": _stage(genesis_talk.compare),
    "worldsmith.merge": _stage(genesis_talk.merge),
    "worldsmith.digest": _stage(genesis_talk.digest_notes),
    "worldsmith.refresh": _stage(genesis_talk.refresh),
    "director.outline": _outline,
    "director.cards": _cards,
    "director.beats": _beats,
    "director.critique": _critique,
    "director.promises": _promises,
    "director.choose_plan": _choose_plan,
    "director.replan": _replan,
    "director.what_if": _what_if,
    "writer.draft_scene": _draft,
    "writer.continue": _continue,
    "writer.write_beats": _continue,
    "writer.rewrite": _rewrite,
    "writer.resize": _rewrite,
    "writer.dialogue": _dialogue,
    "writer.describe": _describe,
    "editor.choose": _choose,
    "editor.cold_read": _cold_read,
    "editor.feedback": _feedback,
    "editor.fix": _fix,
    "editor.judge": _judge,
    "editor.judge_pair": _judge_pair,
    "editor.realise": _realise,
    "librarian.extract": _extract,
    "librarian.summarise": _summarise,
}


def answer(
    task: str, data: dict[str, Any], output_schema: dict[str, Any] | None, seed: int, language: str
) -> DemoAnswer:
    """Answer one call.

    `output_schema` is not needed to shape the answer (the demo fills the full form of the
    contract); when it names its members, members it does not know are left out.
    Raises `UnknownTask` for a task that has no handler.
    """
    handler = HANDLERS.get(task)
    if handler is None:
        raise UnknownTask(task)
    teller = teller_of(language or str(data.get("language", "en")))
    told = handler(teller, data, seed, Chance(task, seed, digest(data)))
    if told.output is not None and output_schema is not None:
        told = told.model_copy(update={"output": _fit(told.output, output_schema, output_schema)})
    return told


def _fit(value: Any, schema: dict[str, Any], root: dict[str, Any]) -> Any:
    """The value without members that a closed schema does not name."""
    reference = schema.get("$ref", "")
    if reference.startswith("#/$defs/"):
        schema = root.get("$defs", {}).get(reference.removeprefix("#/$defs/"), {})
    if isinstance(value, dict) and "properties" in schema:
        known = schema["properties"]
        closed = schema.get("additionalProperties", False) is False
        return {
            key: _fit(item, known.get(key, {}), root)
            for key, item in value.items()
            if key in known or not closed
        }
    if isinstance(value, list) and isinstance(schema.get("items"), dict):
        return [_fit(item, schema["items"], root) for item in value]
    return value
