"""The statements of the story's graph in Neo4j. Every pattern names `$novel`; `Cypher` refuses any other."""

from __future__ import annotations

from infinite_scribe.canon.story_graph import NO_TICK
from infinite_scribe.db.neo4j.client import Cypher

RELATIONS = ("ASSERTS", "PART_IN", "CAUSES", "KNOWS", "DISCLOSES", "SETS_UP", "PAYS")
_LIVE = (
    "a.status IN $statuses AND ($as_of IS NULL OR (coalesce(a.from_tick, $as_of) <= $as_of "
    "AND (a.to_tick IS NULL OR $as_of < a.to_tick))) AND (NOT $by_reading OR (a.reading_from IS NOT NULL "
    "AND ($reading_index IS NULL OR a.reading_from <= $reading_index)))"
)
_SORTED = f"coalesce(a.from_tick, {NO_TICK + 1})"  # Cypher has no literal for the lowest number itself
_EDGE = "-[a:ASSERTS {novel_id: $novel}]-(o:Story {novel_id: $novel})"

_RELATION = "a.subject_id IS NOT NULL AND a.object_id IS NOT NULL"
ONWARD_FROM = Cypher(
    "UNWIND $ids AS one "
    f"MATCH (e:Story {{novel_id: $novel, id: one}}){_EDGE} "
    f"WHERE {_LIVE} AND {_RELATION} "
    "AND ($first OR a.predicate IN $onward) RETURN DISTINCT o.id AS id ORDER BY id"
)
"""Entities one relation away."""
_BESIDE = (
    f"OPTIONAL MATCH (s:Story {{novel_id: $novel}}){_EDGE} WHERE s.id IN $ids AND {_LIVE} AND {_RELATION} "
    "WITH collect(DISTINCT o.id) AS beside UNWIND [one IN $ids | {id: one, hops: 0}] "
    "+ [one IN beside WHERE NOT one IN $ids | {id: one, hops: 1}] AS n "
)
_GIVEN = "UNWIND $near AS n "
_FACTS_NEAR = (
    f"MATCH (e:Story {{novel_id: $novel, id: n.id}}){_EDGE} "
    f"WHERE {_LIVE} AND (a.subject_id = n.id OR a.object_id = n.id) AND (n.hops = 0 OR a.predicate IN $onward) "
    "AND ($predicates IS NULL OR a.predicate IN $predicates) "
    "WITH DISTINCT n, a, coalesce(a.subject_id IN $ids AND a.object_id IN $ids, false) AS within "
    f"ORDER BY within DESC, {_SORTED} DESC, a.id "
    "WITH n, collect(a) AS every "
    "UNWIND every[..(CASE n.hops WHEN 0 THEN $per_start ELSE $per_entity END)] AS a "
    "WITH a, min(n.hops) AS hops "
    f"ORDER BY hops, coalesce(a.subject_id, ''), coalesce(a.predicate, ''), {_SORTED}, a.id LIMIT $limit "
)
_WHOLE = "RETURN properties(a) AS fact, hops"
_WHERE = (
    "RETURN a.id AS id, a.subject_id AS subject_id, a.predicate AS predicate, a.object_id AS object_id, "
    "a.from_tick AS from_tick, hops"
)
NEIGHBOURS = Cypher(_GIVEN + _FACTS_NEAR + _WHOLE)
"""Facts about entities at given distances."""
NEIGHBOURS_BESIDE = Cypher(_BESIDE + _FACTS_NEAR + _WHOLE)
"""Facts about some entities and those one relation away: one question instead of two."""
NEAR = Cypher(_GIVEN + _FACTS_NEAR + _WHERE)
NEAR_BESIDE = Cypher(_BESIDE + _FACTS_NEAR + _WHERE)
"""Where those facts lie."""


def _path(longest: int) -> Cypher:
    return Cypher(
        "MATCH p = allShortestPaths((s:Story {novel_id: $novel, id: $start})"
        f"-[:ASSERTS*..{longest}]-(e:Story {{novel_id: $novel, id: $end}})) "
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
    "MATCH (e:Story {novel_id: $novel, id: $id})-[a:ASSERTS {novel_id: $novel}]-() "
    "WHERE a.status = 'canon' AND (a.subject_id = $id OR a.object_id = $id) "
    "WITH DISTINCT a RETURN properties(a) AS fact"
)
KNOWN = Cypher(
    "MATCH ()-[k:KNOWS {novel_id: $novel, to_id: $fact}]->() RETURN properties(k) AS link "
    "UNION ALL MATCH ()-[d:DISCLOSES {novel_id: $novel, to_id: $fact}]->() RETURN properties(d) AS link"
)

MARK = Cypher(
    "MERGE (m:Projection {novel_id: $novel}) SET m.held = true "
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
PUT_FACTS = Cypher(
    "UNWIND $rows AS row MERGE (s:Story {novel_id: $novel, id: coalesce(row.start, $novel)}) "
    "MERGE (o:Story {novel_id: $novel, id: coalesce(row.end, $novel)}) "
    "CREATE (s)-[a:ASSERTS {novel_id: $novel}]->(o) SET a += row.members"
)
_ABOUT = (
    "OPTIONAL MATCH (about:Story {novel_id: $novel})-[f:ASSERTS {novel_id: $novel, id: row.end}]->() "
    "USING INDEX f:ASSERTS(novel_id, id) "
    "MERGE (o:Story {novel_id: $novel, id: coalesce(about.id, $novel)}) "
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
    "MATCH (s:Story {novel_id: $novel})-[r:ASSERTS {novel_id: $novel}]->() "
    f"WHERE {_ASKED} RETURN properties(r) AS fact"
)
DUMP_LINKS = Cypher(
    " UNION ALL ".join(
        f"MATCH (s:Story {{novel_id: $novel}})-[r:{kind} {{novel_id: $novel}}]->() "
        f"WHERE {_ASKED} RETURN properties(r) AS link"
        for kind in RELATIONS[1:]
    )
)
CLEAR = Cypher("MATCH (n:Story {novel_id: $novel}) DETACH DELETE n")
UNMARK = Cypher("MATCH (m:Projection {novel_id: $novel}) DELETE m")
