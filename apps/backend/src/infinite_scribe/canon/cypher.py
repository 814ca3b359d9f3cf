"""The statements of the story's graph in Neo4j. Every pattern names `$novel`; `Cypher` refuses any other."""

from __future__ import annotations

from infinite_scribe.db.neo4j.client import Cypher

FACTS = ("ASSERTS", "WITHIN")
"""Relationships that are facts: `WITHIN` for those over which a second hop may go, which are found without the rest."""
RELATIONS = (*FACTS, "PART_IN", "CAUSES", "KNOWS", "DISCLOSES", "SETS_UP", "PAYS")
_FACT = "|".join(FACTS)
_LIVE = (
    "a.status IN $statuses AND ($as_of IS NULL OR (coalesce(a.from_tick, $as_of) <= $as_of "
    "AND (a.to_tick IS NULL OR $as_of < a.to_tick))) AND (NOT $by_reading OR (a.reading_from IS NOT NULL "
    "AND ($reading_index IS NULL OR a.reading_from <= $reading_index)))"
)


def _near(kinds: str) -> Cypher:
    return Cypher(
        "UNWIND $ids AS one "
        f"MATCH (e:Story {{novel_id: $novel, id: one}})-[a:{kinds} {{novel_id: $novel}}]-() WHERE {_LIVE} "
        "WITH collect([a.id, a.subject_id, a.predicate, a.object_id, a.from_tick]) AS facts "
        "OPTIONAL MATCH (m:Projection {novel_id: $novel}) RETURN facts, m.layout AS layout"
    )


NEAR = _near(_FACT)
"""Where the facts about some entities lie; one with two of them stands twice. In one row: the driver takes longer over
five hundred rows than the server over finding them.
"""
NEAR_ONWARD = _near("WITHIN")
"""The same for entities that are further away."""
FACTS_BY_ID = Cypher(
    " UNION ALL ".join(
        f"UNWIND $ids AS one MATCH ()-[a:{kind} {{novel_id: $novel, id: one}}]->() "
        f"USING INDEX a:{kind}(novel_id, id) RETURN properties(a) AS fact"
        for kind in FACTS
    )
)


def _path(longest: int) -> Cypher:
    return Cypher(
        "MATCH p = allShortestPaths((s:Story {novel_id: $novel, id: $start})"
        f"-[:{_FACT}*..{longest}]-(e:Story {{novel_id: $novel, id: $end}})) "
        "WHERE all(a IN relationships(p) WHERE a.novel_id = $novel AND a.status = 'canon' AND a.subject_id IS NOT NULL "
        "AND a.object_id IS NOT NULL AND ($as_of IS NULL OR (coalesce(a.from_tick, $as_of) <= $as_of "
        "AND (a.to_tick IS NULL OR $as_of < a.to_tick)))) "
        "WITH relationships(p) AS way ORDER BY [a IN way | a.id] LIMIT 1 "
        "RETURN [a IN way | properties(a)] AS facts"
    )


_PATHS = {longest: _path(longest) for longest in range(1, 9)}


def path_of(longest: int) -> Cypher:
    """Return the question for a shortest way of at most `longest` (1–8) facts."""
    return _PATHS[longest]


TIMELINE = Cypher(
    f"MATCH (e:Story {{novel_id: $novel, id: $id}})-[a:{_FACT} {{novel_id: $novel}}]-() "
    "WHERE a.status = 'canon' AND (a.subject_id = $id OR a.object_id = $id) "
    "WITH DISTINCT a RETURN properties(a) AS fact"
)
KNOWN = Cypher(
    "MATCH ()-[k:KNOWS {novel_id: $novel, to_id: $fact}]->() RETURN properties(k) AS link "
    "UNION ALL MATCH ()-[d:DISCLOSES {novel_id: $novel, to_id: $fact}]->() RETURN properties(d) AS link"
)

MARK = Cypher(
    "MERGE (m:Projection {novel_id: $novel}) ON CREATE SET m.layout = 1 SET m.held = true "
    "WITH m WHERE coalesce(m.seq, -1) <= $seq SET m.seq = $seq, m.revision = $revision RETURN m.seq AS seq"
)
"""Take the lock on a novel's projection; no row when something newer was applied."""

FORGET = tuple(
    Cypher(
        f"UNWIND $ids AS one MATCH ()-[r:{kind} {{novel_id: $novel, id: one}}]->() "
        f"USING INDEX r:{kind}(novel_id, id) DELETE r"
    )
    for kind in RELATIONS
)
"""By their indexes: a plan that was made while the store was empty walks through every relation for each one."""
FORGET_NODES = Cypher(
    "UNWIND $ids AS one MATCH (n:Story {novel_id: $novel, id: one}) "
    "SET n = {novel_id: $novel, id: one} REMOVE n:Entity:Event:Scene:Rule:Promise"
)
SWEEP = Cypher("MATCH (n:Story {novel_id: $novel}) WHERE n.kind IS NULL AND NOT (n)--() DELETE n")
"""Forget nodes that only stood for an end of a relation that is gone."""

PUT_NODES = {
    kind: Cypher(
        f"UNWIND $rows AS row MERGE (n:Story {{novel_id: $novel, id: row.id}}) SET n:{kind.title()} "
        "SET n = row SET n.novel_id = $novel"
    )
    for kind in ("entity", "event", "scene", "rule", "promise")
}
PUT_FACTS = {
    kind: Cypher(
        "UNWIND $rows AS row MERGE (s:Story {novel_id: $novel, id: coalesce(row.start, $novel)}) "
        "MERGE (o:Story {novel_id: $novel, id: coalesce(row.end, $novel)}) "
        f"CREATE (s)-[a:{kind} {{novel_id: $novel}}]->(o) SET a += row.members"
    )
    for kind in FACTS
}
_ABOUT = (
    "".join(
        f"OPTIONAL MATCH ({kind.lower()}:Story {{novel_id: $novel}})"
        f"-[f{kind}:{kind} {{novel_id: $novel, id: row.end}}]->() USING INDEX f{kind}:{kind}(novel_id, id) "
        for kind in FACTS
    )
    + f"MERGE (o:Story {{novel_id: $novel, id: coalesce({', '.join(f'{kind.lower()}.id' for kind in FACTS)}, $novel)}}) "
)
"""What is known or told is a relation itself, so its knower is tied to the subject of the fact."""


def _put(kind: str, end: str) -> Cypher:
    return Cypher(
        f"UNWIND $rows AS row MERGE (s:Story {{novel_id: $novel, id: coalesce(row.start, 'READER')}}) {end}"
        f"CREATE (s)-[r:{kind} {{novel_id: $novel}}]->(o) SET r += row.members"
    )


_TO_NODE = "MERGE (o:Story {novel_id: $novel, id: row.end}) "
PUT_LINKS = {
    "part_in": _put("PART_IN", _TO_NODE),
    "causes": _put("CAUSES", _TO_NODE),
    "knows": _put("KNOWS", "WITH row, s " + _ABOUT),
    "discloses": _put("DISCLOSES", "WITH row, s " + _ABOUT),
    "sets_up": _put("SETS_UP", _TO_NODE),
    "pays": _put("PAYS", _TO_NODE),
}

_ASKED = "($ids IS NULL OR r.id IN $ids)"
DUMP_NODES = Cypher(
    "MATCH (r:Story {novel_id: $novel}) WHERE r.kind IS NOT NULL AND ($ids IS NULL OR r.id IN $ids) "
    "RETURN properties(r) AS node"
)
DUMP_FACTS = Cypher(
    f"MATCH (s:Story {{novel_id: $novel}})-[r:{_FACT} {{novel_id: $novel}}]->() "
    f"WHERE {_ASKED} RETURN properties(r) AS fact"
)
DUMP_LINKS = Cypher(
    " UNION ALL ".join(
        f"MATCH (s:Story {{novel_id: $novel}})-[r:{kind} {{novel_id: $novel}}]->() "
        f"WHERE {_ASKED} RETURN properties(r) AS link"
        for kind in RELATIONS[len(FACTS) :]
    )
)
CLEAR = Cypher("MATCH (n:Story {novel_id: $novel}) DETACH DELETE n")
UNMARK = Cypher("MATCH (m:Projection {novel_id: $novel}) DELETE m")
