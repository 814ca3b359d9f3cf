import { sentences } from '@/shared/text/segment';
import { editsOf, type Edit } from './diff/tokens';
import { ATOM, sameJson, type NodeJson } from './json';

/** One unit of a line: a character with its marks, or an atom. */
interface Unit {
  readonly text: string;
  readonly node: NodeJson;
}

/**
 * Merges two edits of one line, sentence by sentence. Null when both sides changed the same
 * sentence, or when either changed what the block is: only a person can decide then.
 */
export function mergeLine(
  base: NodeJson,
  mine: NodeJson,
  theirs: NodeJson,
  language: string,
): NodeJson | null {
  if (mine.type !== theirs.type || base.type !== mine.type) return null;
  if (base.type === 'blockquote' || !isInlineOnly(mine)) return null;
  const attrs = mergeAttributes(base, mine, theirs);
  if (!attrs) return null;

  const baseParts = partsOf(base, language);
  const mineParts = partsOf(mine, language);
  const theirParts = partsOf(theirs, language);
  const keys = (parts: Unit[][]) => parts.map(keyOf);
  const here = editsOf(keys(baseParts), keys(mineParts));
  const there = editsOf(keys(baseParts), keys(theirParts));
  if (here.some((edit) => there.some((other) => touches(edit, other)))) return null;

  const merged: Unit[] = [];
  let at = 0;
  const all = [
    ...here.map((edit) => ({ edit, parts: mineParts })),
    ...there.map((edit) => ({ edit, parts: theirParts })),
  ].sort((one, other) => one.edit.baseFrom - other.edit.baseFrom);
  for (const { edit, parts } of all) {
    merged.push(...baseParts.slice(at, edit.baseFrom).flat());
    merged.push(...parts.slice(edit.nextFrom, edit.nextTo).flat());
    at = edit.baseTo;
  }
  merged.push(...baseParts.slice(at).flat());
  return { type: base.type, attrs, content: joinUnits(merged) };
}

const touches = (one: Edit, other: Edit) =>
  one.baseFrom === other.baseFrom || (one.baseFrom < other.baseTo && other.baseFrom < one.baseTo);

const isInlineOnly = (node: NodeJson) => (node.content ?? []).every((child) => !child.content);

function mergeAttributes(base: NodeJson, mine: NodeJson, theirs: NodeJson) {
  if (sameJson(mine.attrs, theirs.attrs) || sameJson(base.attrs, theirs.attrs)) return mine.attrs;
  return sameJson(base.attrs, mine.attrs) ? theirs.attrs : null;
}

function partsOf(line: NodeJson, language: string): Unit[][] {
  const units: Unit[] = [];
  for (const node of line.content ?? []) {
    if (node.type === 'text') for (const text of node.text ?? '') units.push({ text, node });
    else units.push({ text: ATOM, node });
  }
  let at = 0;
  return sentences(units.map((unit) => unit.text).join(''), language).map((sentence) => {
    const part = units.slice(at, at + [...sentence].length);
    at += part.length;
    return part;
  });
}

const keyOf = (part: Unit[]) =>
  JSON.stringify(joinUnits(part).map((node) => [node.type, node.text, node.attrs, node.marks]));

function joinUnits(units: Unit[]): NodeJson[] {
  const nodes: NodeJson[] = [];
  for (const { text, node } of units) {
    const last = nodes.at(-1);
    if (
      node.type === 'text' &&
      last?.type === 'text' &&
      sameJson(last.marks ?? [], node.marks ?? [])
    ) {
      nodes[nodes.length - 1] = { ...last, text: `${last.text ?? ''}${text}` };
    } else nodes.push(node.type === 'text' ? { ...node, text } : node);
  }
  return nodes;
}
