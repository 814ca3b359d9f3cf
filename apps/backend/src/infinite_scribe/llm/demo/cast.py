"""Who plays which role in a scene: read from the briefing, never invented."""

from collections.abc import Sequence

from infinite_scribe.llm.demo.acts import Role
from infinite_scribe.llm.demo.schemas import Card, Member, Place

#: Words in a role line that mark somebody who is spoken of rather than met.
_ABSENT_MARKS = ("minor", "absent", "dead", "late ", "missing", "kin", "缺席", "亡", "失踪", "亲")
_LEAD_MARKS = ("protagonist", "viewpoint", "lead", "主角", "主人公")


def roles_of(cast: Sequence[Member], card: Card) -> dict[Role, Member]:
    """The viewpoint, the other one, a third and the one who is absent.

    The card's `pov` and `cast` decide; else `is_pov`, `on_stage` and the role lines. The
    result always holds `Role.SELF`; the others only when the briefing knows such a person.
    """
    people = [member for member in cast if member.name]
    lead = _lead(people, card)
    staged = [member for member in people if member is not lead and _on_stage(member, card)]
    if card.cast:
        staged.sort(
            key=lambda member: next(
                (at for at, key in enumerate(card.cast) if key in {member.handle, member.name}),
                len(card.cast),
            )
        )
    away = [member for member in people if member is not lead and member not in staged]
    absent = next((member for member in away if _marked(member, _ABSENT_MARKS)), None)
    if absent is None and len(staged) > 1:
        absent = next((member for member in staged if _marked(member, _ABSENT_MARKS)), None)
        staged = [member for member in staged if member is not absent]
    if absent is None and away:
        absent = away[0]
    roles = {Role.SELF: lead}
    roles |= dict(zip((Role.OTHER, Role.THIRD), staged, strict=False))
    if absent is not None:
        roles[Role.ABSENT] = absent
    return roles


def _lead(people: Sequence[Member], card: Card) -> Member:
    for member in people:
        if card.pov and card.pov in {member.handle, member.name}:
            return member
    for member in people:
        if member.is_pov:
            return member
    for member in people:
        if _marked(member, _LEAD_MARKS):
            return member
    return people[0] if people else Member(handle="C1", is_pov=True)


def _on_stage(member: Member, card: Card) -> bool:
    if card.cast:
        return member.handle in card.cast or member.name in card.cast
    return member.on_stage


def _marked(member: Member, marks: Sequence[str]) -> bool:
    return any(mark in member.role.lower() for mark in marks)


def here_of(places: Sequence[Place], card: Card) -> tuple[Place, list[Place]]:
    """The scene's place, and the others."""
    here = next((place for place in places if place.is_here), None)
    here = here or next((place for place in places if card.place in {place.handle, place.name}), None)
    here = here or (places[0] if places else Place(handle="P1"))
    return here, [place for place in places if place is not here]
