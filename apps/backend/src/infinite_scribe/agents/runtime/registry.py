"""Which functions do the work: one per task of the table, registered where the agent keeps it.

`@task("writer.draft_scene")` stands over `async def draft_scene(ctx: RunContext, given: DraftSceneInput) -> TaskResult`,
`@light("worldsmith.sparks")` over `async def sparks(ctx: LightContext, given: SparksInput) -> AsyncIterator[LightEvent]`.
"""

from __future__ import annotations

import importlib
from collections.abc import AsyncIterator, Awaitable, Callable
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from pydantic import BaseModel

from infinite_scribe.core.logging import get_logger
from infinite_scribe.runs.schemas.tasks import TASKS, Agent, TaskSpec

log = get_logger(__name__)

if TYPE_CHECKING:
    from infinite_scribe.agents.runtime.context import RunContext
    from infinite_scribe.agents.runtime.executor import Outfit
    from infinite_scribe.agents.runtime.light import LightContext, LightEvent

Background = Callable[["Outfit"], Awaitable[None]]
TaskBody = Callable[["RunContext", Any], Awaitable[BaseModel]]
LightBody = Callable[["LightContext", Any], AsyncIterator["LightEvent"]]


@dataclass(frozen=True)
class Registered:
    """A task and the function that does it."""

    spec: TaskSpec
    body: TaskBody


@dataclass(frozen=True)
class RegisteredLight:
    """A light task and the function that answers it."""

    spec: TaskSpec
    body: LightBody


@dataclass
class Registry:
    """The tasks that one process can do."""

    tasks: dict[str, Registered] = field(default_factory=dict)
    lights: dict[str, RegisteredLight] = field(default_factory=dict)
    backgrounds: dict[str, list[Background]] = field(default_factory=dict)

    def task(self, name: str, spec: TaskSpec | None = None) -> Callable[[TaskBody], TaskBody]:
        """Register a function for a task. Its row in the table gives input, result, role and target.

        Raises `ValueError` for an unknown, a light, or a doubly registered task.
        """
        found = spec or TASKS.get(name)
        if found is None or found.light:
            raise ValueError(f"{name} is not a durable task of the table")

        def add(body: TaskBody) -> TaskBody:
            if name in self.tasks and self.tasks[name].body is not body:
                raise ValueError(f"{name} is registered twice")
            self.tasks[name] = Registered(found, body)
            return body

        return add

    def light(self, name: str, spec: TaskSpec | None = None) -> Callable[[LightBody], LightBody]:
        """Register a function for a light task. Raises `ValueError` like `task`."""
        found = spec or TASKS.get(name)
        if found is None or not found.light:
            raise ValueError(f"{name} is not a light task of the table")

        def add(body: LightBody) -> LightBody:
            if name in self.lights and self.lights[name].body is not body:
                raise ValueError(f"{name} is registered twice")
            self.lights[name] = RegisteredLight(found, body)
            return body

        return add

    def background(self, agent: str) -> Callable[[Background], Background]:
        """Register work that goes on in every process of an agent until the process ends."""

        def add(body: Background) -> Background:
            held = self.backgrounds.setdefault(agent, [])
            if body not in held:
                held.append(body)
            return body

        return add

    def of_agent(self, agent: str) -> Registry:
        """Return the part that belongs to one agent."""
        return Registry(
            {name: item for name, item in self.tasks.items() if item.spec.agent == agent},
            {name: item for name, item in self.lights.items() if item.spec.agent == agent},
            {agent: self.backgrounds.get(agent, [])},
        )


REGISTRY = Registry()
task = REGISTRY.task
light = REGISTRY.light
background = REGISTRY.background


def load_agent(agent: Agent) -> Registry:
    """Import the tasks of an agent (`agents/<agent>/tasks`) and return them.

    A task of the table that has no function is logged and refused at the door; a test compares table and agents.
    """
    importlib.import_module(f"infinite_scribe.agents.{agent}.tasks")
    found = REGISTRY.of_agent(agent)
    wanted = {spec.name for spec in TASKS.values() if spec.agent == agent}
    missing = wanted - set(found.tasks) - set(found.lights)
    if missing:
        log.error("agent.tasks_missing", agent=agent, tasks=sorted(missing))
    return found
