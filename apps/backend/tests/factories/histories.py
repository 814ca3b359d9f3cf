"""Random histories of a book: accepted operations with a log, so that they can be done again in an empty one.

Every id comes from one counter, so the same operations make the same rows, and two books can be compared by their
hashes. An operation that the book refuses is refused in both.
"""

from __future__ import annotations

import random
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from types import SimpleNamespace
from typing import Any
from uuid import UUID

import pytest
from sqlalchemy.ext.asyncio import AsyncSession

from factories.manuscript import Book, make_book, open_text, owner_rows, page
from infinite_scribe.agents.librarian.reading import learn_scene
from infinite_scribe.canon.facts import FactBook
from infinite_scribe.canon.inbox import CanonInbox
from infinite_scribe.canon.schemas import EntityDraft, EvidenceDraft, FactInput, RuleDraft
from infinite_scribe.canon.service import CanonService
from infinite_scribe.core import ids
from infinite_scribe.core.errors import DomainError
from infinite_scribe.manuscript.saving import Save
from infinite_scribe.manuscript.service import ManuscriptService
from infinite_scribe.novels.revisions import OpenRevision, Revisions
from infinite_scribe.novels.rules import RevisionKind
from infinite_scribe.novels.service import get_novel
from infinite_scribe.plot.ledger import PromiseLedger
from infinite_scribe.plot.promise_schemas import PlannedScene, PromiseDraft, PromiseUpdate
from infinite_scribe.plot.schemas import CardUpdate, ConceptUpdate, StyleUpdate
from infinite_scribe.plot.service import PlotService
from infinite_scribe.structure.schemas import StructureOp
from servers.databases import TestDatabase

NAMES = ("Mara", "Ines", "Tobias", "Wren")
PROSE = (
    "Mara’s eyes were grey.", "Mara dyed her hair red that evening.", "Rain fell on the quay.",
    "Ines counted the jars twice.", "Tobias was left-handed.", "The box hummed under the floor.",
    "“Mara died,” said Ines.", "Nobody opened the door.", "Wren had brown hair.",
)  # fmt: skip
FACTS = (("hair_colour", "black"), ("hair_colour", "red"), ("eye_colour", "grey"), ("handedness", "left"))
KINDS = (
    "save", "save", "save", "chapter", "scene", "move", "delete", "restore", "rename", "entity", "fact", "told_fact",
    "retire", "law", "card", "concept", "style", "promise", "abandon", "remove_promise", "learn", "accept",
    "rollback",
)  # fmt: skip


@dataclass(frozen=True)
class Operation:
    """One accepted operation: what was done and the numbers that chose its targets."""

    kind: str
    numbers: tuple[int, ...]


@contextmanager
def counted_ids(seed: int) -> Iterator[None]:
    """Let every new id come from a counter."""
    at = iter(range(seed << 40, (seed << 40) + 10_000_000))
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(ids, "secrets", SimpleNamespace(randbits=lambda _bits: next(at)))
        patch.setattr(ids, "time", SimpleNamespace(time_ns=lambda: 1_700_000_000_000_000_000))
        yield


def random_history(seed: int, length: int) -> list[Operation]:
    """Return a history; it begins with people, prose and a plan, so that the rest has something to act on."""
    chance = random.Random(seed)

    def one(kind: str) -> Operation:
        return Operation(kind, tuple(chance.randrange(1_000) for _ in range(5)))

    opening = [one(kind) for kind in ("entity", "promise", "save", "card", "told_fact", "learn")]
    return [*opening, *(one(chance.choice(KINDS)) for _ in range(length))]


async def play(db: TestDatabase, book: Book, history: Sequence[Operation]) -> list[int]:
    """Do the operations one by one, each in a transaction of its own; return the novel's revision after each."""
    reached: list[int] = []
    for operation in history:
        async with db.api.transaction(owner_rows(book)) as session:
            text = await open_text(session, book)
            try:
                async with session.begin_nested():
                    await _Player(session, text, book, operation.numbers).do(operation.kind)
            except DomainError:
                session.expire_all()
            reached.append((await get_novel(session, book.novel_id)).revision)
    return reached


async def begin(db: TestDatabase, user_id: UUID) -> Book:
    """Make the empty book of a history."""
    return await make_book(db, user_id=user_id)


@dataclass(frozen=True)
class _Player:
    session: AsyncSession
    text: ManuscriptService
    book: Book
    numbers: tuple[int, ...]

    async def do(self, kind: str) -> None:
        await getattr(self, f"_{kind}")()

    async def _edit(self, change: Callable[[OpenRevision], Any]) -> None:
        async with Revisions.of(self.session, self.text.scope).open(RevisionKind.EDIT) as revision:
            await change(revision)

    @property
    def _canon(self) -> CanonService:
        return CanonService.of(self.session, self.text.scope)

    @property
    def _ledger(self) -> PromiseLedger:
        return PromiseLedger.of(self.session, self.text.scope)

    async def _any_scene(self, at: int = 0) -> UUID:
        scenes = (await self.text.writing.structure.tree()).scenes()
        return scenes[self.numbers[at] % len(scenes)].id

    async def _any_person(self) -> UUID | None:
        found = sorted(one.id for one in (await self._canon.world()).entities)
        return found[self.numbers[1] % len(found)] if found else None

    async def _save(self) -> None:
        scene = await self._any_scene()
        state = await self.text.scene(scene)
        chosen = sorted({number % len(PROSE) for number in self.numbers[1:]})
        document = page(scene, *(PROSE[one] for one in chosen))
        await self.text.saving.save(Save(scene, state.version, document, leaving=True))

    async def _chapter(self) -> None:
        await self._edit(lambda revision: self.text.add_chapter(revision, title=f"Chapter {self.numbers[0]}"))

    async def _scene(self) -> None:
        chapters = (await self.text.writing.structure.tree()).chapters()
        chapter = chapters[self.numbers[0] % len(chapters)].id
        await self._edit(lambda revision: self.text.add_scene(revision, chapter))

    async def _order(self, **members: Any) -> None:
        version = (await self.text.tree()).structure_version
        await self.text.reordering.change(version, [StructureOp(kind="scene", **members)])

    async def _move(self) -> None:
        chapters = (await self.text.writing.structure.tree()).chapters()
        to = chapters[self.numbers[1] % len(chapters)].id
        await self._order(op="move", id=await self._any_scene(), parent_id=to)

    async def _delete(self) -> None:
        if len((await self.text.writing.structure.tree()).scenes()) > 1:
            await self._order(op="delete", id=await self._any_scene())

    async def _restore(self) -> None:
        standing = {one.id for one in (await self.text.writing.structure.tree()).scenes()}
        gone = sorted(
            one.scene_id for one in await self.text.writing.rows.all_live() if one.scene_id not in standing
        )
        if gone:
            await self._order(op="restore", id=gone[self.numbers[0] % len(gone)])

    async def _rename(self) -> None:
        await self._order(op="rename", id=await self._any_scene(), title=f"Scene {self.numbers[1]}")

    async def _entity(self) -> None:
        name = NAMES[self.numbers[0] % len(NAMES)]
        await self._edit(
            lambda revision: self._canon.add_entity(revision, EntityDraft(kind="character", name=name))
        )

    def _draft(self, person: UUID, **members: Any) -> FactInput:
        predicate, value = FACTS[self.numbers[2] % len(FACTS)]
        return FactInput(subject_id=person, predicate=predicate, text=value, **members)

    async def _fact(self) -> None:
        person = await self._any_person()
        if person is not None:
            await self._edit(lambda revision: self._canon.state_fact(revision, self._draft(person)))

    async def _told_fact(self) -> None:
        """State a fact on the evidence of a sentence, as an accepted suggestion does."""
        person, scene = await self._any_person(), await self._any_scene()
        state = await self.text.scene(scene)
        if person is None or not state.blocks or not state.blocks[0].text:
            return
        block = state.blocks[0]
        quote = EvidenceDraft(
            scene=scene, version=state.version, pid=block.pid, from_=0, to=len(block.text), quote=block.text
        )
        anchor = {"kind": "scene", "ref": str(scene), "pid": block.pid, "edge": "at"}
        draft = self._draft(person, source="prose", valid_from=anchor)
        await self._edit(lambda revision: self._canon.state_fact(revision, draft, evidence=[quote]))

    async def _retire(self) -> None:
        facts = sorted(one.id for one in await self._canon.facts())
        if facts:
            wanted = facts[self.numbers[0] % len(facts)]
            await FactBook.of(self.session, self.text.scope).retcon(wanted)

    async def _law(self) -> None:
        rule = RuleDraft(statement=f"No bell rings after {self.numbers[0]}.")
        await self._edit(lambda revision: self._canon.add_rule(revision, rule))

    async def _card(self) -> None:
        scene, promises = await self._any_scene(), (await self._ledger.read()).items
        acts = [{"promise": promises[0].id, "act": "plant"}] if promises else []
        card = CardUpdate(summary=f"Card {self.numbers[1]}", promises=acts)
        plot = PlotService.of(self.session, self.text.scope)
        await self._edit(lambda revision: plot.write_card(revision, scene, card))

    async def _concept(self) -> None:
        update = ConceptUpdate(logline=f"Logline {self.numbers[0]}", genres=["mystery"])
        plot = PlotService.of(self.session, self.text.scope)
        await self._edit(lambda revision: plot.update_concept(revision, update))

    async def _style(self) -> None:
        update = StyleUpdate(banned=[f"word {self.numbers[0]}"])
        plot = PlotService.of(self.session, self.text.scope)
        await self._edit(lambda revision: plot.update_style(revision, update))

    async def _promise(self) -> None:
        scene = PlannedScene(scene_id=await self._any_scene(), act="plant")
        draft = PromiseDraft(
            kind="mystery", statement="What hummed in the box under the floor?", scenes=[scene]
        )
        await self._ledger.create(draft)

    async def _any_promise(self) -> UUID | None:
        found = sorted(one.id for one in (await self._ledger.read()).items)
        return found[self.numbers[0] % len(found)] if found else None

    async def _abandon(self) -> None:
        if (promise := await self._any_promise()) is not None:
            await self._ledger.update(promise, PromiseUpdate(abandon="Cut."))

    async def _remove_promise(self) -> None:
        if (promise := await self._any_promise()) is not None:
            await self._ledger.remove(promise)

    async def _learn(self) -> None:
        await learn_scene(self.session, self.text.scope, await self._any_scene())

    async def _accept(self) -> None:
        inbox = CanonInbox.of(self.session, self.text.scope)
        found = sorted(one.id for one in await inbox.items() if one.kind in {"fact", "entity"})
        if found:
            chosen = [found[self.numbers[0] % len(found)]]
            await self._edit(lambda revision: inbox.decide(revision, chosen, accept=True))

    async def _rollback(self) -> None:
        now = (await self.text.tree()).novel_revision
        await self.text.history.rollback(1 + self.numbers[0] % max(now - 1, 1))
