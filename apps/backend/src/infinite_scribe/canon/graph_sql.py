"""The SQL of the story's graph: its rows as they stand in the tables of truth.

The graph joins what several features own (scenes, facts, promises), so it reads their tables by name, in the scope
of one novel and under row-level security.
"""

from __future__ import annotations

ORDER = """scene_order AS (
    SELECT s.id, row_number() OVER (ORDER BY p.rank, p.id, c.rank, c.id, s.rank, s.id) AS reading_index
    FROM scenes s
    JOIN chapters c ON c.id = s.chapter_id AND c.rev_to IS NULL AND c.novel_id = s.novel_id
    JOIN parts p ON p.id = c.part_id AND p.rev_to IS NULL AND p.novel_id = s.novel_id
    WHERE s.novel_id = :novel AND s.rev_to IS NULL
)"""
"""Reading index of every live scene."""

TOLD = """told AS (
    SELECT d.fact_id, min(o.reading_index) AS reading_from
    FROM disclosures d JOIN scene_order o ON o.id = d.scene_id
    WHERE d.novel_id = :novel AND d.rev_to IS NULL AND d.status = 'canon' AND d.mode IN ('stated', 'implied')
    GROUP BY d.fact_id
)"""
"""Reading index of the first scene that tells a fact."""

FACT_COLUMNS = (
    "a.id, a.subject_id, a.predicate, a.object_id, a.value, a.qualifier, a.polarity, a.from_tick, a.to_tick, "
    "a.certainty, a.publicity, a.publicity_scope_id, a.veil, a.hidden_from_self, a.source, a.status, a.wording, "
    "a.rev_from"
)
FACTS = (
    f"SELECT {FACT_COLUMNS}, t.reading_from FROM assertions a LEFT JOIN told t ON t.fact_id = a.id "  # noqa: S608
    "WHERE a.novel_id = :novel AND a.rev_to IS NULL"
)

NODES = """
    SELECT id, 'entity' AS kind, name AS label, kind AS detail, status, CAST(NULL AS bigint) AS from_tick,
           CAST(NULL AS bigint) AS to_tick, CAST(NULL AS bigint) AS reading_index, rev_from
    FROM entities WHERE novel_id = :novel AND rev_to IS NULL
    UNION ALL
    SELECT id, 'event', title, kind, status, from_tick, to_tick, NULL, rev_from
    FROM events WHERE novel_id = :novel AND rev_to IS NULL
    UNION ALL
    SELECT s.id, 'scene', s.title, s.story_mode, s.status, s.t_from, s.t_to, o.reading_index, s.rev_from
    FROM scenes s JOIN scene_order o ON o.id = s.id WHERE s.novel_id = :novel AND s.rev_to IS NULL
    UNION ALL
    SELECT id, 'rule', statement, category, status, NULL, NULL, NULL, rev_from
    FROM rules WHERE novel_id = :novel AND rev_to IS NULL
    UNION ALL
    SELECT id, 'promise', statement, kind, status, NULL, NULL, NULL, rev_from
    FROM promises WHERE novel_id = :novel AND rev_to IS NULL
"""

LINKS = """
    SELECT id, 'part_in' AS kind, entity_id AS from_id, event_id AS to_id, role,
           CAST(NULL AS bigint) AS from_tick, CAST(NULL AS bigint) AS to_tick,
           CAST(NULL AS bigint) AS reading_index, 'canon' AS status, rev_from
    FROM event_participants WHERE novel_id = :novel AND rev_to IS NULL
    UNION ALL
    SELECT id, 'causes', cause_id, event_id, '', NULL, NULL, NULL, 'canon', rev_from
    FROM event_links WHERE novel_id = :novel AND rev_to IS NULL
    UNION ALL
    SELECT id, 'knows', knower_id, fact_id, stance, from_tick, to_tick, NULL, status, rev_from
    FROM beliefs WHERE novel_id = :novel AND rev_to IS NULL AND fact_id IS NOT NULL
    UNION ALL
    SELECT d.id, 'discloses', d.scene_id, d.fact_id, d.mode, NULL, NULL, o.reading_index, d.status, d.rev_from
    FROM disclosures d JOIN scene_order o ON o.id = d.scene_id WHERE d.novel_id = :novel AND d.rev_to IS NULL
    UNION ALL
    SELECT s.id, CASE WHEN s.act IN ('pay', 'subvert') THEN 'pays' ELSE 'sets_up' END, s.scene_id, s.promise_id,
           s.act, NULL, NULL, o.reading_index, 'canon', s.rev_from
    FROM promise_scenes s JOIN scene_order o ON o.id = s.scene_id WHERE s.novel_id = :novel AND s.rev_to IS NULL
"""
