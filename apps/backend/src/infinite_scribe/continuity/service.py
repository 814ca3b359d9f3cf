"""Checks scenes against the canon, keeps findings, and takes the author's word about them."""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any
from uuid import UUID

from sqlalchemy.ext.asyncio import AsyncSession

from infinite_scribe.canon.registry import REGISTRY_VERSION, Severity, choice_label, find
from infinite_scribe.canon.schemas import EntityRead, FactRead, RulingDraft
from infinite_scribe.canon.service import CanonService
from infinite_scribe.canon.wording import spoken
from infinite_scribe.continuity.errors import FindingDecidedError, FindingNotFoundError
from infinite_scribe.continuity.findings import RULES_VERSION, FoundClash, Report
from infinite_scribe.continuity.models import CheckReport, Finding, RuleStat
from infinite_scribe.continuity.passages import Paragraph
from infinite_scribe.continuity.reading import Reading, read_surface
from infinite_scribe.continuity.realised import PLAN, Ending, is_owed
from infinite_scribe.continuity.repository import ContinuityRepository
from infinite_scribe.continuity.rules import RULES, check
from infinite_scribe.continuity.scene import Held, Known, Name, SceneToCheck
from infinite_scribe.continuity.schemas import (
    CheckRead,
    FindingList,
    FindingRead,
    FindingResolve,
    UnjudgedRule,
)
from infinite_scribe.continuity.secrets import SECRET_RULES
from infinite_scribe.continuity.unwritten import LEFT
from infinite_scribe.continuity.withheld import check_draft, withheld_from
from infinite_scribe.core.clock import now
from infinite_scribe.manuscript.document import prose_blocks
from infinite_scribe.manuscript.service import ManuscriptService, SceneState
from infinite_scribe.novels.access import NovelScope
from infinite_scribe.novels.revisions import Revisions
from infinite_scribe.novels.rules import RevisionKind
from infinite_scribe.novels.service import get_novel
from infinite_scribe.plot.service import PlotService
from infinite_scribe.plot.staleness import StaleMarks
from infinite_scribe.structure.service import StructureService

MUTE_AFTER = 10
MUTE_SHARE = 0.6

_WOMEN = ("she", "她")
_MEN = ("he", "他")


@dataclass(frozen=True)
class ContinuityService:
    """Continuity of one novel."""

    session: AsyncSession
    scope: NovelScope
    rows: ContinuityRepository

    @classmethod
    def of(cls, session: AsyncSession, scope: NovelScope) -> ContinuityService:
        """Return the continuity of the scope's novel."""
        return cls(session, scope, ContinuityRepository(session, scope.novel_id))

    async def check_text(
        self, scene_id: UUID, paragraphs: Sequence[Paragraph], *, version: int = 0
    ) -> Report:
        """Check a text as if it stood in a scene; nothing is stored. Raises `SceneNotFoundError`."""
        return check(await self.scene_to_check(scene_id, paragraphs, version))

    async def check_drafts(
        self, scene_id: UUID, *drafts: Sequence[Paragraph], version: int = 0
    ) -> list[Report]:
        """Check texts of agents as if each stood in a scene: by all rules, and for what it must not tell.

        Raises `SceneNotFoundError`.
        """
        given = await self.scene_to_check(scene_id, (), version)
        withheld = await withheld_from(self.session, self.scope, given)
        return [check_draft(replace(given, paragraphs=list(one)), withheld) for one in drafts]

    async def read_surface(self, scene_id: UUID, paragraphs: Sequence[Paragraph]) -> Reading:
        """Return what a text says of known entries, claims and mentions. Raises `SceneNotFoundError`."""
        return read_surface(await self.scene_to_check(scene_id, paragraphs, 0))

    async def check_scene(
        self, scene_id: UUID, *, run_id: UUID | None = None, draft: bool = False
    ) -> CheckRead:
        """Check a scene as it is now and keep what was found; a `draft` also for what it must not tell.

        Clashes the author decided, and those of muted rules, are not raised again; open findings of this scene that
        no longer hold become `fixed`. Raises `SceneNotFoundError`.
        """
        state = await ManuscriptService.of(self.session, self.scope).scene(scene_id)
        paragraphs, version = paragraphs_of(state), state.version
        if draft:
            (report,) = await self.check_drafts(scene_id, paragraphs, version=version)
        else:
            report = await self.check_text(scene_id, paragraphs, version=version)
        found = await self._raised(report.found)
        rules = [*RULES, *(SECRET_RULES if draft else ()), *([LEFT] if state.text.strip() else ())]
        kept = await self._keep(scene_id, found, run_id, rules)
        novel = await get_novel(self.session, self.scope.novel_id)
        read = {"revision": novel.revision, "registry": REGISTRY_VERSION, "rules_version": RULES_VERSION}
        missed = _grouped(report.not_evaluated)
        self.session.add(
            CheckReport(
                novel_id=self.scope.novel_id,
                scope=f"scene:{scene_id}",
                scene_id=scene_id,
                version=state.version,
                revision=novel.revision,
                registry_version=REGISTRY_VERSION,
                rules_version=RULES_VERSION,
                evaluated=[{"rule": rule} for rule in report.evaluated],
                not_evaluated=[one.model_dump() for one in missed],
                found=len(kept),
            )
        )
        await self.session.flush()
        return CheckRead(
            scene_id=scene_id,
            version=state.version,
            findings=[FindingRead.model_validate(one) for one in kept],
            evaluated=report.evaluated,
            not_evaluated=missed,
            read=read,
        )

    async def keep_owed(
        self,
        scene_id: UUID,
        found: Sequence[FoundClash],
        rules: Collection[str],
        *,
        run_id: UUID | None = None,
    ) -> list[FindingRead]:
        """Keep what a scene owes its plan by these rules; what it no longer owes becomes `fixed`."""
        kept = await self._keep(scene_id, await self._raised(found), run_id, rules)
        return [FindingRead.model_validate(one) for one in kept]

    async def keep_doubts(
        self,
        scenes: Collection[UUID],
        found: Sequence[FoundClash],
        rule: str,
        *,
        run_id: UUID | None = None,
        whole: bool = True,
    ) -> list[FindingRead]:
        """Keep what a model doubts in scenes by one rule; what it doubted there before and does not now is `fixed`.

        Not `whole`: there is more to come, and what was doubted before stays as it is.
        """
        raised = await self._raised(found)
        kept: list[Finding] = []
        for scene_id in sorted(scenes):
            here = [one for one in raised if one.claim["scene"] == str(scene_id)]
            kept += await self._keep(scene_id, here, run_id, {rule}, whole=whole)
        return [FindingRead.model_validate(one) for one in kept]

    async def settle_owed(self, scene_id: UUID) -> None:
        """Call fixed what the plan missed in a scene and the text holds now."""
        rows = [row for row in await self.rows.findings("open", scene_id) if row.rule == PLAN]
        if rows:
            state = await ManuscriptService.of(self.session, self.scope).scene(scene_id)
            for row in rows:
                owes = await self.still_owes(row.against, state, paragraphs_of(state))
                row.status = row.status if owes else "fixed"
            await self.session.flush()

    async def still_owes(
        self, against: Mapping[str, Any], state: SceneState, paragraphs: Sequence[Paragraph]
    ) -> bool:
        """Say whether a scene would still owe its card what a finding says, if these were its paragraphs."""
        card = await PlotService.of(self.session, self.scope).card(state.scene_id)
        world = await CanonService.of(self.session, self.scope).world()
        stage = set(card.on_stage) if card is not None else set()
        names = [alias.text for one in world.entities if one.id in stage for alias in one.aliases]
        ending = Ending.of(paragraphs, [beat.covers for beat in state.beats])
        return is_owed(
            str(against.get("quote", "")), str(against.get("asked", "")), paragraphs, ending, names
        )

    async def mendable(self, scene_id: UUID) -> list[FindingRead]:
        """Return the open findings of a scene that an agent's draft is repaired for, worst first.

        With those that are `blocking` it may not be accepted unasked; slighter ones stand here where a patch ends them.
        """
        found = [FindingRead.model_validate(row) for row in await self.rows.findings("open", scene_id)]
        order = list(Severity)
        wanted = [one for one in found if is_blocking(one) or _is_slight(one)]
        return sorted(wanted, key=lambda one: (order.index(Severity(one.severity)), str(one.id)))

    async def finding(self, finding_id: UUID) -> FindingRead:
        """Return one finding. Raises `FindingNotFoundError`."""
        row = await self.rows.finding(finding_id)
        if row is None:
            raise FindingNotFoundError(id=str(finding_id))
        return FindingRead.model_validate(row)

    async def findings(self, status: str | None = "open", scene_id: UUID | None = None) -> FindingList:
        """Return findings, and what the last check of each scene could not judge."""
        items = [FindingRead.model_validate(row) for row in await self.rows.findings(status, scene_id)]
        reports = [one for one in await self.rows.last_reports() if scene_id in {None, one.scene_id}]
        return FindingList(
            items=items, not_evaluated=_grouped([row for one in reports for row in one.not_evaluated])
        )

    async def resolve(self, finding_id: UUID, wanted: FindingResolve) -> FindingRead:
        """Take the author's word about a finding; it is not raised again.

        Raises `FindingNotFoundError`, `FindingDecidedError`.
        """
        row = await self.rows.finding(finding_id)
        if row is None:
            raise FindingNotFoundError(id=str(finding_id))
        if row.status not in {"open", "stale"}:
            raise FindingDecidedError(status=row.status)
        stat = await self._stat(row.rule)
        if wanted.mute_rule:
            stat.muted, row.status = True, "muted"
        else:
            kind = wanted.intent or "false_alarm"
            async with Revisions.of(self.session, self.scope).open(RevisionKind.EDIT) as revision:
                ruling = RulingDraft(
                    fingerprint=row.fingerprint,
                    kind=kind,
                    note=wanted.note,
                    subject=str(row.claim.get("quote", ""))[:500],
                )
                await CanonService.of(self.session, self.scope).record_ruling(revision, ruling)
            row.status = "intended" if wanted.intent is not None else "dismissed"
            _count(stat, dismissed=wanted.dismiss)
        row.decided_by, row.decided_at = self.scope.user_id, now()
        await StaleMarks.of(self.session, self.scope).clear("finding", str(row.id), how="fine")
        await self.session.flush()
        return FindingRead.model_validate(row)

    async def _stat(self, rule: str) -> RuleStat:
        found = (await self.rows.stats()).get(rule)
        if found is None:
            found = RuleStat(
                novel_id=self.scope.novel_id, rule=rule, fired=0, dismissed=0, recent=[], muted=False
            )
            self.session.add(found)
            await self.session.flush()
        return found

    async def _raised(self, found: Sequence[FoundClash]) -> list[FoundClash]:
        """Return the clashes that may be raised: not ruled on, not decided, not of a muted rule."""
        world = await CanonService.of(self.session, self.scope).world()
        silent = {ruling.fingerprint for ruling in world.rulings}
        silent |= await self.rows.decided([one.fingerprint for one in found])
        muted = {rule for rule, stat in (await self.rows.stats()).items() if stat.muted}
        return [one for one in found if one.fingerprint not in silent and one.rule not in muted]

    async def _keep(
        self,
        scene_id: UUID,
        found: Sequence[FoundClash],
        run_id: UUID | None,
        rules: Collection[str],
        *,
        whole: bool = True,
    ) -> list[Finding]:
        """Keep the clashes of some rules; if they are `whole`, open ones of these rules not among them are `fixed`."""
        open_now = await self.rows.findings("open", scene_id)
        held = {row.fingerprint: row for row in open_now if row.rule in rules}
        kept: list[Finding] = []
        for clash in found:
            members: dict[str, Any] = {
                "rule": clash.rule, "subtype": clash.subtype, "severity": clash.severity.value,
                "certainty": clash.certainty, "claim": clash.claim, "against": clash.against, "why": clash.why,
                "fixes": list(clash.fixes), "story_time": clash.story_time, "tier": clash.tier,
                "confidence": clash.confidence,
            }  # fmt: skip
            row = held.pop(clash.fingerprint, None)
            if row is None:
                row = Finding(
                    novel_id=self.scope.novel_id,
                    scene_id=scene_id,
                    fingerprint=clash.fingerprint,
                    run_id=run_id,
                    **members,
                )
                self.session.add(row)
                (await self._stat(clash.rule)).fired += 1
            else:
                for name, value in members.items():
                    setattr(row, name, value)
            kept.append(row)
        for row in held.values() if whole else ():
            row.status = "fixed"
        await self.session.flush()
        return kept

    async def scene_to_check(
        self, scene_id: UUID, paragraphs: Sequence[Paragraph], version: int
    ) -> SceneToCheck:
        """Return a text with everything that is known around it. Raises `SceneNotFoundError`."""
        canon, plot = CanonService.of(self.session, self.scope), PlotService.of(self.session, self.scope)
        scene = await StructureService.of(self.session, self.scope).scene(scene_id)
        novel = await get_novel(self.session, self.scope.novel_id)
        world, concept, style = await canon.world(), await plot.concept(), await plot.style()
        card, words = await plot.card(scene_id), spoken(novel.language)
        return SceneToCheck(
            scene_id=scene_id,
            language=novel.language,
            paragraphs=list(paragraphs),
            entities=[_known(entity) for entity in world.entities],
            facts=[held for fact in await canon.facts() if (held := _held(fact, scene.t_from, words))],
            version=version,
            mode=scene.story_mode,
            pov_id=card.pov_id if card is not None else None,
            pov_policy=concept.pov_policy if concept is not None else None,
            pov_discipline=style.pov_discipline if style is not None else "strict",
            person=style.person if style is not None else "third",
            on_stage=frozenset(card.on_stage) if card is not None else frozenset(),
            order_known=scene.time_certainty not in {None, "unknown"},
            tick=scene.t_from,
        )


def is_blocking(one: FindingRead) -> bool:
    """Say whether an agent's draft may not be accepted unasked with a finding."""
    return one.certainty == "likely" and Severity(one.severity) in {Severity.BLOCKER, Severity.MAJOR}


def _is_slight(one: FindingRead) -> bool:
    patched = any(fix.get("kind") == "patch_text" for fix in one.fixes)
    return one.certainty == "likely" and Severity(one.severity) is Severity.MINOR and patched


def paragraphs_of(state: SceneState) -> list[Paragraph]:
    """Return the prose of a scene with its inner breaks."""
    found: list[Paragraph] = []
    for node in state.json["content"]:
        if node["type"] == "sceneBreak":
            found.append(Paragraph(node["attrs"]["pid"], "", is_break=True))
        else:
            found.extend(Paragraph(block.pid, block.text) for block in prose_blocks({"content": [node]}))
    return found


def _known(entity: EntityRead) -> Known:
    pronouns = entity.sheet.pronouns.casefold() if entity.sheet is not None else ""
    gender = "f" if pronouns.startswith(_WOMEN) else "m" if pronouns.startswith(_MEN) else None
    names = tuple(Name(alias.text, alias.kind, alias.ambiguous) for alias in entity.aliases)
    return Known(entity.id, entity.kind, entity.name, names, entity.importance, gender)


def _held(fact: FactRead, tick: int | None, language: str) -> Held | None:
    """Return a fact that holds at the scene's start, or one that never changes; None for any other."""
    predicate = find(fact.predicate or "")
    if fact.subject_id is None or predicate is None:
        return None
    begun = fact.from_tick is None or tick is None or fact.from_tick <= tick
    goes_on = fact.to_tick is None or tick is None or tick < fact.to_tick
    if not predicate.is_fixed and not (begun and goes_on):
        return None
    value = fact.fact_value()
    shown = value.text or (f"{value.number:g}" if value.number is not None else "")
    colon = "：" if language == "zh" else ": "
    text = fact.wording or f"{predicate.label(language)}{colon}{choice_label(predicate.key, shown, language)}"
    known = predicate.is_fixed or fact.certainty_of_time != "unknown"
    return Held(
        fact.id, fact.subject_id, predicate.key, value, text, fact.qualifier, fact.polarity, fact.certainty, known,
        fact.from_tick,
    )  # fmt: skip


def _grouped(rows: Sequence[dict[str, Any]]) -> list[UnjudgedRule]:
    counts: Counter[tuple[str, str]] = Counter()
    for row in rows:
        counts[str(row["rule"]), str(row["reason"])] += int(row.get("count", 1))
    return [
        UnjudgedRule(rule=rule, reason=reason, count=count)
        for (rule, reason), count in sorted(counts.items())
    ]


def _count(stat: RuleStat, *, dismissed: bool) -> None:
    """Record a decision; a rule dismissed in most of its last ten decisions falls silent by itself."""
    stat.dismissed += int(dismissed)
    stat.recent = [*stat.recent, "dismissed" if dismissed else "kept"][-MUTE_AFTER:]
    wrong = stat.recent.count("dismissed")
    stat.precision = 1 - wrong / len(stat.recent)
    if len(stat.recent) == MUTE_AFTER and wrong / MUTE_AFTER > MUTE_SHARE:
        stat.muted = True
