import { pidOf, sameJson, type NodeJson, type SceneJson } from './json';
import { mergeLine } from './merge-line';
import { mergeOrder } from './merge-order';

/** A block that both sides changed in the same sentence. The merged scene holds `mine` till then. */
export interface BlockConflict {
  readonly pid: string;
  readonly mine: NodeJson;
  readonly theirs: NodeJson;
}

/** What came of a merge. */
export interface Merge {
  readonly scene: SceneJson;
  readonly conflicts: readonly BlockConflict[];
  /** Blocks one side deleted and the other edited: kept, for the author to look at. */
  readonly kept: readonly string[];
  /** Whether anything of theirs changed the text that was mine. */
  readonly changed: boolean;
}

/** The answer to one conflict. */
export type Choice = 'mine' | 'theirs' | 'both';

/**
 * Merges two edits of one scene, block by block. Everything that only one side did is done;
 * nothing either side wrote is dropped.
 */
export function mergeScenes(
  base: SceneJson,
  mine: SceneJson,
  theirs: SceneJson,
  language: string,
): Merge {
  const blocks = { base: byPid(base), mine: byPid(mine), theirs: byPid(theirs) };
  const isEdited = (side: 'mine' | 'theirs', pid: string) => {
    const before = blocks.base.get(pid);
    const now = blocks[side].get(pid);
    return before !== undefined && now !== undefined && !sameJson(before, now);
  };
  const editedIn = (side: 'mine' | 'theirs') =>
    new Set([...blocks[side].keys()].filter((pid) => isEdited(side, pid)));
  const edited = { mine: editedIn('mine'), theirs: editedIn('theirs') };
  const order = mergeOrder(
    [...blocks.base.keys()],
    [...blocks.mine.keys()],
    [...blocks.theirs.keys()],
    edited,
  );

  const conflicts: BlockConflict[] = [];
  const kept: string[] = [];
  const content = order.flatMap((pid) => {
    const before = blocks.base.get(pid);
    const here = blocks.mine.get(pid);
    const there = blocks.theirs.get(pid);
    if (!here || !there) {
      if (before) kept.push(pid);
      return here ?? there ?? [];
    }
    if (sameJson(here, there) || (before && sameJson(before, there))) return here;
    if (before && sameJson(before, here)) return there;
    const line = before && mergeLine(before, here, there, language);
    if (line) return line;
    conflicts.push({ pid, mine: here, theirs: there });
    return here;
  });
  const scene = { ...mine, content: content.length > 0 ? content : [...mine.content] };
  return { scene, conflicts, kept, changed: !sameJson(scene, mine) };
}

/** Puts the answers into a merged scene. With `both`, theirs follows mine as a block of its own. */
export function resolveConflicts(
  merge: Merge,
  choices: ReadonlyMap<string, Choice>,
  newPid: () => string,
): SceneJson {
  const conflicts = new Map(merge.conflicts.map((conflict) => [conflict.pid, conflict]));
  const content = merge.scene.content.flatMap((block) => {
    const conflict = conflicts.get(pidOf(block));
    const choice = choices.get(pidOf(block)) ?? 'mine';
    if (!conflict || choice === 'mine') return [block];
    if (choice === 'theirs') return [conflict.theirs];
    return [block, withPid(conflict.theirs, newPid)];
  });
  return { ...merge.scene, content };
}

function withPid(node: NodeJson, newPid: () => string): NodeJson {
  const content = node.content?.map((child) => (child.attrs?.pid ? withPid(child, newPid) : child));
  return { ...node, attrs: { ...node.attrs, pid: newPid() }, ...(content ? { content } : {}) };
}

function byPid(scene: SceneJson): Map<string, NodeJson> {
  return new Map(scene.content.map((block, index) => [pidOf(block) || `#${index}`, block]));
}
