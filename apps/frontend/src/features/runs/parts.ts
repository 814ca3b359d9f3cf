import type { components } from '@/shared/api/generated/schema';

type Schemas = components['schemas'];
export type Part = Schemas['ReceiptPart'] | Schemas['PreviewPart'];

/** The slots of a briefing by their number in the journal; a preview names them itself. */
const SLOTS = [
  'style',
  'exemplars',
  'book',
  'chapter',
  'so_far',
  'passages',
  'place',
  'cast',
  'knowledge',
  'tail',
  'avoid',
  'card',
] as const;
export type Slot = (typeof SLOTS)[number];

export function slotOf(slot: string): Slot | null {
  return SLOTS.find((name, index) => name === slot || String(index + 1) === slot) ?? null;
}

export interface PartGroup {
  readonly slot: Slot | null;
  readonly parts: readonly Part[];
  /** Tokens of what was sent. */
  readonly tokens: number;
}

/** Parts by what they are for, in the order in which they stand in the prompt. */
export function bySlot(parts: readonly Part[]): PartGroup[] {
  const groups = new Map<Slot | null, Part[]>();
  for (const part of parts) {
    const slot = slotOf(part.slot);
    groups.set(slot, [...(groups.get(slot) ?? []), part]);
  }
  return [...groups].map(([slot, list]) => ({
    slot,
    parts: list,
    tokens: list.reduce((sum, part) => sum + (part.kept ? part.tokens : 0), 0),
  }));
}

const HANDLE = /^[A-Z]\d+$/u;
const escape = (text: string) => text.replaceAll(/[.*+?^${}()|[\]\\]/gu, '\\$&');

/**
 * The line of the prompt that a short name such as `R1` or `F12` stands for, without what only a model needs; null
 * when there is none. People stand twice: in the list of the book, and on stage with all that is known of them.
 */
export function lineOf(prompt: string, part: Pick<Part, 'item' | 'slot'>): string | null {
  if (!HANDLE.test(part.item)) return null;
  const name = escape(part.item);
  const listed = new RegExp(String.raw`^- ${name} (.+)$`, 'mu');
  const headed = new RegExp(String.raw`^### ${name} (.+)\n?(.*)$`, 'mu');
  const order = slotOf(part.slot) === 'book' ? [listed, headed] : [headed, listed];
  for (const pattern of order) {
    const found = pattern.exec(prompt);
    if (!found) continue;
    const [, head = '', below = ''] = found;
    // A beat is headed by its kind and its actor; what happens stands below.
    if (pattern === headed && part.item.startsWith('B')) return below;
    return head.replace(/^\[[^\]]*\]\s*/u, '').replace(/\s*\((?:viewpoint|视角)\)$/u, '');
  }
  return null;
}

const QUOTED = new Set(['text', 'passage', 'summary', 'tail']);
const LONGEST_QUOTE = 90;

/** The beginning of a part that quotes the book, without fences and head lines; null for every other part. */
export function quoteOf(part: Part): string | null {
  const text = 'text' in part ? part.text : null;
  if (!text || !QUOTED.has(part.kind ?? '')) return null;
  const line = text
    .split('\n')
    .map((one) => one.trim())
    .find((one) => one !== '' && !/^(?:<<<|\[|#)/u.test(one));
  if (!line) return null;
  return line.length > LONGEST_QUOTE ? `${line.slice(0, LONGEST_QUOTE)}…` : line;
}
