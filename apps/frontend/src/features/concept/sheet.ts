import type { Stage, Value } from './types';

/** What stands in a field: a line, a paragraph, lines, paragraphs, a choice, named parts, or a list of things. */
export type Shape =
  | { readonly kind: 'line' | 'text' | 'lines' | 'texts' | 'number' | 'yes' }
  | { readonly kind: 'choice'; readonly of: readonly string[] }
  | { readonly kind: 'parts'; readonly parts: Parts }
  | { readonly kind: 'items'; readonly parts: Parts };
export type Parts = Readonly<Record<string, Shape>>;

const line: Shape = { kind: 'line' };
const text: Shape = { kind: 'text' };
const lines: Shape = { kind: 'lines' };
const texts: Shape = { kind: 'texts' };
const number: Shape = { kind: 'number' };
const choice = (...of: readonly string[]): Shape => ({ kind: 'choice', of });
const parts = (given: Parts): Shape => ({ kind: 'parts', parts: given });
const items = (given: Parts): Shape => ({ kind: 'items', parts: given });

const side = items({ rule: text, example: text, limit: text });

/** The fields of each stage by their paths, in the order they are read. */
export const SHEETS: Readonly<Record<Stage, Parts>> = {
  seed: {
    title: line,
    logline: text,
    genres: lines,
    protagonist: text,
    hook: text,
    premise: text,
    selling_point: text,
    endings: lines,
    path: parts({
      theme: line,
      background: line,
      persona: line,
      event: line,
      ending: line,
      twist: line,
    }),
  },
  theme: {
    statement: text,
    question: text,
    emotions: lines,
    tension: parts({ a: line, b: line }),
    taboos: lines,
    embodied: lines,
  },
  world: {
    places: items({ name: line, line: text, part_of: line, details: lines }),
    rules: items({ statement: text, cost: text, example: text, limit: text }),
    'dimensions.geography': side,
    'dimensions.history': side,
    'dimensions.culture': side,
    'dimensions.rules': side,
    'dimensions.society': side,
    system: parts({ name: line, line: text, cost: text }),
    events: items({ title: line, summary: text, years_ago: number }),
    routes: items({ a: line, b: line, hours: number }),
  },
  characters: {
    cast: items({
      name: line,
      role: choice(
        'protagonist',
        'antagonist',
        'deuteragonist',
        'love_interest',
        'mentor',
        'ally',
        'minor',
      ),
      line: text,
      want: text,
      need: text,
      false_belief: text,
      fear: text,
      wound: text,
      appearance: text,
      personality: text,
      background: text,
      goals: lines,
      obstacle: text,
      turning_point: text,
      arc_from: line,
      arc_to: line,
      trade: line,
      pronouns: line,
      voice: text,
      samples: lines,
      aliases: lines,
    }),
    relations: items({ a: line, b: line, label: line, strength: number }),
  },
  plot: {
    template: line,
    lines: items({ title: line, one_line: text }),
    nodes: items({
      event: text,
      place: line,
      cast: lines,
      tension: number,
      cause: text,
      turning: choice('inciting', 'threshold', 'midpoint', 'crisis', 'climax', 'resolution'),
      chapter: number,
    }),
    arcs: items({
      title: line,
      opens_question: text,
      closes_question: text,
      value_from: line,
      value_to: line,
      span_from: number,
      span_to: number,
    }),
    promises: items({
      statement: text,
      kind: choice(
        'gun',
        'mystery',
        'vow',
        'threat',
        'prophecy',
        'romance',
        'secret',
        'deadline',
        'theme',
      ),
      setup: number,
      earliest: number,
      latest: number,
      weight: number,
    }),
    beats: lines,
    ending: text,
  },
  details: {
    style: parts({
      person: choice('first', 'third'),
      tense: choice('past', 'present'),
      pov_discipline: choice('strict', 'loose'),
      distance: choice('close', 'middle', 'far'),
      diction_do: lines,
      diction_dont: lines,
      banned: lines,
      sentence_notes: text,
    }),
    'names.places': lines,
    'names.people': lines,
    'names.items': lines,
    'names.skills': lines,
    'names.organisations': lines,
    glossary: items({ term: line, meaning: text }),
    exemplars: texts,
  },
};

/** The shape of a value no sheet describes. */
export function shapeOf(value: Value | undefined): Shape {
  if (typeof value === 'number') return number;
  if (typeof value === 'boolean') return { kind: 'yes' };
  if (Array.isArray(value)) {
    const first = (value as readonly Value[]).find(isRecord);
    return first ? items(partsOf(first)) : lines;
  }
  return isRecord(value) ? parts(partsOf(value)) : text;
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
