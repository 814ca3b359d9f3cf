"""What must agree: the OpenAPI document, the settings file, the documents, prompts, tasks and the storyteller."""

from __future__ import annotations

import re
import shlex
import tomllib
from pathlib import Path
from typing import Any

import pytest
from pydantic import BaseModel, SecretStr

from infinite_scribe.agents.director.answers import BeatsAnswer, CardsAnswer
from infinite_scribe.agents.editor.answers import RealiseAnswer
from infinite_scribe.agents.librarian.answers import SummaryAnswer
from infinite_scribe.agents.runtime.prompts import load_prompt
from infinite_scribe.agents.runtime.registry import load_agent
from infinite_scribe.agents.worldsmith.answers import STAGE_ANSWERS, OptionsAnswer, SparksAnswer
from infinite_scribe.agents.worldsmith.seed_paths import draw_paths
from infinite_scribe.api import openapi
from infinite_scribe.core.settings.loading import SECTIONS
from infinite_scribe.llm.demo import sample
from infinite_scribe.llm.demo.storyteller import HANDLERS, answer
from infinite_scribe.runs.schemas.tasks import AGENTS, TASKS

ROOT = Path(__file__).parents[4]
PACKAGE = ROOT / "apps" / "backend" / "src" / "infinite_scribe"
DOCUMENTS = [ROOT / "README.md", ROOT / "CONTRIBUTING.md", *(ROOT / "docs").rglob("*.md")]
LANGUAGES = ("en", "zh")
IDEAS = {"en": "a lighthouse keeper who sells storms", "zh": "一个卖风暴的灯塔看守人"}
WRITTEN_BY_PEOPLE = [path for path in DOCUMENTS if "samples" not in path.parts]


def test_the_openapi_document_is_fresh() -> None:
    assert openapi.main(["--check"]) == 0, "run `make client`"


def defaults() -> dict[str, dict[str, Any]]:
    """Return every default that config.toml may hold; secrets stand in the environment only."""
    found: dict[str, dict[str, Any]] = {}
    for name, section in SECTIONS.items():
        fields = section.model_fields
        plain = {
            key: field
            for key, field in fields.items()
            if SecretStr not in getattr(field.annotation, "__args__", (field.annotation,))
        }
        found[name] = {key: field.get_default(call_default_factory=True) for key, field in plain.items()}
    return found


def test_config_toml_holds_every_default() -> None:
    text = (ROOT / "config.toml").read_text()
    written = tomllib.loads(text)
    for name, fields in defaults().items():
        for key, value in fields.items():
            if value is None:
                block = text.split(f"[{name}]\n", 1)[1].split("\n[", 1)[0]
                assert re.search(rf"^# {key} = ", block, re.MULTILINE), f"{name}.{key} is not shown"
            else:
                shown = str(value) if isinstance(value, Path) else value
                assert written[name][key] == shown, f"{name}.{key}"
    unknown = {
        f"{name}.{key}"
        for name, keys in written.items()
        for key in keys
        if key not in defaults().get(name, {})
    }
    assert unknown == set()


def test_the_commands_in_the_documents_exist() -> None:
    makefile = (ROOT / "Makefile").read_text()
    targets = set(re.findall(r"^([a-z][a-z0-9-]*):", makefile, re.MULTILINE))
    quoted = re.compile(r"(?:^|`)[ \t]*\$?[ \t]*make ((?:[a-z][a-z-]*(?!=)\b[ \t]?)+)", re.MULTILINE)
    wanted = {
        word
        for path in WRITTEN_BY_PEOPLE
        for found in quoted.findall(path.read_text())
        for word in shlex.split(found)
    }
    assert {"run", "test"} <= wanted
    assert wanted - targets == set()


def test_the_paths_in_the_documents_exist() -> None:
    missing = set()
    for document in WRITTEN_BY_PEOPLE:
        text = document.read_text()
        linked = [one.split("#")[0] for one in re.findall(r"\]\((?!https?:|#|mailto:)([^)\s]+)\)", text)]
        missing |= {
            f"{document.name}: {one}" for one in linked if one and not (document.parent / one).exists()
        }
        for one in re.findall(r"`([\w.-]+(?:/[\w.-]+)+/?)`", text):
            known = (ROOT / one, PACKAGE / one, document.parent / one, ROOT / "apps" / "backend" / one)
            if Path(one).suffix in {".py", ".md", ".toml", ".tsx", ".ts", ".json"} and not any(
                path.exists() for path in known
            ):
                missing.add(f"{document.name}: {one}")
    assert missing == set()


STEPS = {"director.critique", "director.choose_plan", "director.promises"}
"""Questions to a model that are steps of a task and never a run of their own."""
PORTIONS = {"worldsmith.option", "worldsmith.part"}
"""Other wordings of a task, for one portion of its answer; the storyteller knows the task."""


def prompt_names() -> list[tuple[str, str]]:
    files = sorted(PACKAGE.glob("agents/*/prompts/*.md"))
    return sorted({(file.parts[-3], file.name.split(".")[0]) for file in files})


@pytest.mark.parametrize(("agent", "name"), prompt_names())
def test_a_prompt_asks_for_the_same_in_both_languages(agent: str, name: str) -> None:
    english, chinese = (load_prompt(agent, name, language) for language in LANGUAGES)
    assert english.variables == chinese.variables
    assert english.variables
    assert len(re.findall(r"[\u4e00-\u9fff]", chinese.system)) > 20, "not in Chinese"


@pytest.mark.parametrize("agent", AGENTS)
def test_every_task_of_the_table_has_one_body(agent: Any) -> None:
    registry = load_agent(agent)
    table = {name: spec for name, spec in TASKS.items() if spec.agent == agent}
    assert set(registry.tasks) == {name for name, spec in table.items() if not spec.light}
    assert set(registry.lights) == {name for name, spec in table.items() if spec.light}


def test_the_storyteller_answers_every_task_that_asks_a_model() -> None:
    asked = {f"{agent}.{name}" for agent, name in prompt_names()} - PORTIONS
    assert set(HANDLERS) == asked
    assert {name for name in asked if name not in TASKS} == STEPS


def ask(task: str, data: dict[str, Any], form: type[BaseModel], language: str) -> Any:
    """Ask as `llm` asks, and read the answer as the agent reads it."""
    told = answer(task, {"language": language, "seed": 7, **data}, form.model_json_schema(), 7, language)
    return form.model_validate(told.output)


@pytest.mark.parametrize("language", LANGUAGES)
def test_the_storyteller_fills_the_forms_of_the_agents(language: str) -> None:
    idea = IDEAS[language]
    made = sample.book(idea, 7, language)
    part = sample.chapter(made, 1, 7, language)
    options = ask(
        "worldsmith.options",
        {"stage": "seed", "idea": idea, "count": 3, "seed_paths": draw_paths(language, 3, 7)},
        OptionsAnswer,
        language,
    )
    assert len(options.options) == 3
    assert len(ask("worldsmith.sparks", {"count": 6}, SparksAnswer, language).sparks) == 6
    for stage, form in STAGE_ANSWERS.items():
        data = {
            "stage": stage,
            "idea": idea,
            "concept": made["concept"],
            "chapters": 10,
            "cast": made["characters"]["cast"],
        }
        ask("worldsmith.complete", data, form, language)
    known = {name: part["briefing"][name] for name in ("novel", "places", "cast")}
    cards = ask(
        "director.cards",
        {**known, "chapter": part["head"], "scenes": 2, "word_budget": 600},
        CardsAnswer,
        language,
    )
    assert len(cards.cards) == 2
    beats = ask(
        "director.beats",
        {**known, "card": part["card"], "count": 5, "word_budget": 600},
        BeatsAnswer,
        language,
    )
    assert len(beats.beats) == 5
    paragraphs = [{"pid": f"p{n}", "text": one} for n, one in enumerate(part["text"].split("\n\n"))]
    verdicts = ask(
        "editor.realise",
        {"card": part["card"], "beats": part["beats"], "paragraphs": paragraphs},
        RealiseAnswer,
        language,
    )
    assert {one.beat for one in verdicts.verdicts} == {one["handle"] for one in part["beats"]}
    sentences = [{"handle": f"S{n}", "text": one["text"]} for n, one in enumerate(paragraphs, 1)]
    summary = ask(
        "librarian.summarise",
        {"node": "scene", "max_tokens": 120, "sentences": sentences},
        SummaryAnswer,
        language,
    )
    assert {one for line in summary.sentences for one in line.sources} <= {one["handle"] for one in sentences}
