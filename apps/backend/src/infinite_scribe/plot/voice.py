"""The author's own voice: samples of it, and what was measured on them."""

from __future__ import annotations

from dataclasses import dataclass
from uuid import UUID

from pydantic import Field
from sqlalchemy.ext.asyncio import AsyncSession

from infinite_scribe.core.language import language
from infinite_scribe.core.language.manner import LEAST, manner_of
from infinite_scribe.novels.access import NovelScope
from infinite_scribe.novels.revisions import Revisions
from infinite_scribe.novels.rules import RevisionKind
from infinite_scribe.novels.service import get_novel
from infinite_scribe.plot.errors import SampleNotFoundError, TooManySamplesError
from infinite_scribe.plot.models import Exemplar
from infinite_scribe.plot.repository import PlotRepository
from infinite_scribe.plot.schemas import ExemplarRead
from infinite_scribe.web.schemas import WireInput, WireOutput

MOST_SAMPLES = 24
LONGEST = {"en": 180, "zh": 280}
"""Words of a sample: as much as stands whole in a prompt. What is longer is kept as several."""


class SampleAdd(WireInput):
    """A passage of the author's own hand."""

    text: str = Field(min_length=1, max_length=40_000)
    note: str = Field("", max_length=200)


class MannerRead(WireOutput):
    """What was measured; words are 字 in Chinese, shares are in percent, `semicolons` and `dashes` per 1,000."""

    words: int
    sentence: float
    short: int
    long: int
    paragraph: float
    dialogue: float
    commas: float
    semicolons: float
    dashes: float
    contractions: float
    person: str
    tense: str
    favourites: list[str]


class VoiceSamples(WireOutput):
    """The samples of a book and how they are written; `manner` is None while they have fewer than `least` words."""

    samples: list[ExemplarRead]
    manner: MannerRead | None
    least: int


@dataclass(frozen=True)
class AuthorVoice:
    """The samples of one novel."""

    session: AsyncSession
    scope: NovelScope
    rows: PlotRepository

    @classmethod
    def of(cls, session: AsyncSession, scope: NovelScope) -> AuthorVoice:
        """Return the voice of the scope's novel."""
        return cls(session, scope, PlotRepository(session, scope.novel_id))

    async def read(self) -> VoiceSamples:
        """Return the samples, and what was measured on them."""
        code = (await get_novel(self.session, self.scope.novel_id)).language
        rows = await self.rows.exemplars()
        found = manner_of([row.text for row in rows], code)
        return VoiceSamples(
            samples=[ExemplarRead.model_validate(row) for row in rows],
            manner=None if found is None else MannerRead.model_validate(found.as_json()),
            least=LEAST["zh" if code == "zh" else "en"],
        )

    async def add(self, wanted: SampleAdd) -> VoiceSamples:
        """Keep a passage as samples, each as long as stands whole in a prompt. Raises `TooManySamplesError`."""
        code = (await get_novel(self.session, self.scope.novel_id)).language
        rows = await self.rows.exemplars()
        known = {row.text for row in rows}
        fresh = [one for one in parted(wanted.text, code) if one not in known]
        if len(rows) + len(fresh) > MOST_SAMPLES:
            raise TooManySamplesError(most=MOST_SAMPLES)
        if fresh:
            first = max((row.ordinal for row in rows), default=-1) + 1
            async with Revisions.of(self.session, self.scope).open(RevisionKind.EDIT) as revision:
                await revision.insert(
                    *(
                        Exemplar(text=text, note=wanted.note, ordinal=first + number)
                        for number, text in enumerate(fresh)
                    )
                )
        return await self.read()

    async def remove(self, sample_id: UUID) -> None:
        """Take a sample away; it stays in history. Raises `SampleNotFoundError`."""
        row = next((one for one in await self.rows.exemplars() if one.id == sample_id), None)
        if row is None:
            raise SampleNotFoundError
        async with Revisions.of(self.session, self.scope).open(RevisionKind.EDIT) as revision:
            await revision.retire(row)


def parted(text: str, code: str) -> list[str]:
    """Part a passage at its paragraphs, and long ones at their sentences, into samples of a prompt's length."""
    rules, most = language(code), LONGEST["zh" if code == "zh" else "en"]
    found: list[str] = []
    held: list[str] = []

    def finish(gap: str) -> None:
        if held:
            found.append(gap.join(held))
            held.clear()

    for paragraph in rules.paragraphs(text.replace("\r\n", "\n")):
        if rules.count(paragraph) > most:
            finish("\n\n")
            gap = "" if code == "zh" else " "
            for sentence in rules.sentences(paragraph):
                if held and rules.count(gap.join([*held, sentence])) > most:
                    finish(gap)
                held.append(sentence)
            finish(gap)
            continue
        if held and rules.count("\n\n".join([*held, paragraph])) > most:
            finish("\n\n")
        held.append(paragraph)
    finish("\n\n")
    return found
