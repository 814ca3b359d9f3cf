import type { Stage } from './types';

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
