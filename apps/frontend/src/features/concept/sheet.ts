import { SHEETS, type Parts, type Shape } from './sheets';
import type { Stage, Value } from './types';

/** The shape of a value no sheet describes. */
export function shapeOf(value: Value | undefined): Shape {
  if (typeof value === 'number') return { kind: 'number' };
  if (typeof value === 'boolean') return { kind: 'yes' };
  if (Array.isArray(value)) {
    const first = (value as readonly Value[]).find(isRecord);
    return first ? { kind: 'items', parts: partsOf(first) } : { kind: 'lines' };
  }
  return isRecord(value) ? { kind: 'parts', parts: partsOf(value) } : { kind: 'text' };
}

function partsOf(value: Readonly<Record<string, Value>>): Parts {
  return Object.fromEntries(Object.entries(value).map(([name, one]) => [name, shapeOf(one)]));
}

export function isRecord(value: unknown): value is Readonly<Record<string, Value>> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

/** The parts of a thing in reading order: those that are described, then those it has besides. */
export function withOthers(described: Parts, value: Value | undefined): Parts {
  return isRecord(value) ? { ...described, ...partsOf(without(value, described)) } : described;
}

function without(value: Readonly<Record<string, Value>>, described: Parts) {
  return Object.fromEntries(Object.entries(value).filter(([name]) => !(name in described)));
}

/** What stands at a path of a draft. */
export function valueAt(draft: Readonly<Record<string, Value>>, path: string): Value | undefined {
  let value: Value | undefined = draft;
  for (const name of path.split('.')) {
    if (Array.isArray(value)) value = (value as readonly Value[])[Number(name)];
    else value = isRecord(value) ? value[name] : undefined;
  }
  return value;
}

/** A sheet in reading order: described fields first, whatever the draft holds besides after them. */
export function fieldsOf(
  stage: Stage,
  draft: Readonly<Record<string, Value>>,
): readonly (readonly [path: string, shape: Shape])[] {
  const described = Object.entries(SHEETS[stage]);
  const known = new Set(described.map(([path]) => path.split('.')[0]));
  const others = Object.keys(draft).filter((name) => !known.has(name));
  return [...described, ...others.map((name) => [name, shapeOf(draft[name])] as const)];
}

/** The field of the sheet that a path or a named gap is about: `cast[full]` and `cast.2.want` are about `cast`. */
export function fieldOf(stage: Stage, path: string): string {
  const plain = path.replace(/\[.*$/u, '');
  // The one person a stage asks for by role stands among its people.
  if (stage === 'characters' && plain === 'protagonist') return 'cast';
  const found = Object.keys(SHEETS[stage]).find(
    (name) => plain === name || plain.startsWith(`${name}.`),
  );
  return found ?? plain.split('.')[0] ?? plain;
}

export function isEmpty(value: Value | undefined): boolean {
  if (value === undefined || value === null || value === '') return true;
  if (Array.isArray(value)) return (value as readonly Value[]).every(isEmpty);
  return isRecord(value) && Object.values(value).every(isEmpty);
}

/** What was typed as a list: one to a line, or one to a paragraph; blank ones are left out. */
export function listOf(typed: string, between: '\n' | '\n\n'): readonly string[] {
  return typed
    .split(between === '\n' ? /\n/u : /\n\s*\n/u)
    .map((one) => one.trim())
    .filter((one) => one !== '');
}

export function typedOf(value: Value | undefined, between = '\n'): string {
  if (Array.isArray(value)) return (value as readonly Value[]).map(String).join(between);
  return typeof value === 'string' || typeof value === 'number' ? String(value) : '';
}

const ORDER: ReadonlyMap<string, number> = new Map(
  [
    ...new Set(Object.values(SHEETS).flatMap((sheet) => Object.entries(sheet).flatMap(namesIn))),
  ].map((name, index) => [name, index]),
);

function namesIn([name, shape]: readonly [string, Shape]): readonly string[] {
  return 'parts' in shape ? [...Object.keys(shape.parts), name] : [name];
}

/** The parts of a thing in the order they are read, however they were sent. */
export function partsInOrder(
  value: Readonly<Record<string, Value>>,
): readonly (readonly [name: string, value: Value])[] {
  const place = (name: string) => ORDER.get(name) ?? ORDER.size;
  return Object.entries(value).sort(([a], [b]) => place(a) - place(b));
}

/** The words a thing goes by in a list: its name, else the first thing it says. */
export function nameOf(value: Value): string {
  if (typeof value === 'string') return value;
  if (!isRecord(value)) return '';
  for (const member of ['name', 'title', 'term', 'statement', 'rule', 'event']) {
    const found = value[member];
    if (typeof found === 'string' && found !== '') return found;
  }
  const { a, b } = value;
  return typeof a === 'string' && typeof b === 'string' ? `${a} – ${b}` : '';
}
