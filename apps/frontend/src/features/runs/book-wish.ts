/** How far continuous mode is to write. */
export const FAR = ['some', 'arc', 'end'] as const;
export type Far = (typeof FAR)[number];

export const MOST_CHAPTERS = 100;

/** The questions of the chapter loop and the answers that can be given beforehand; the first one is usual. */
export const GATES = {
  plan: ['auto', 'ask'],
  accept: ['auto', 'ask'],
  contradiction: ['ask', 'keep'],
  replan: ['auto', 'ask', 'off'],
} as const;
export type GateName = keyof typeof GATES;
export type Gates = Readonly<Record<GateName, string>>;

export const GATE_NAMES = Object.keys(GATES) as readonly GateName[];

export const usualGates: Gates = {
  plan: 'auto',
  accept: 'auto',
  contradiction: 'ask',
  replan: 'auto',
};

/** A whole number of chapters, or null when what was typed is none. */
export function chaptersOf(typed: string): number | null {
  const count = Number(typed);
  return Number.isInteger(count) && count >= 1 && count <= MOST_CHAPTERS ? count : null;
}

/** Of how many drafts of a scene the editor may pick the better one. */
export const DRAFTS = ['1', '2', '3'] as const;
export type Drafts = (typeof DRAFTS)[number];

/** What is paid for besides one draft: more of them, and a reading of each finished chapter. */
export interface Besides {
  readonly drafts?: number;
  readonly read?: true;
}

/** What continuous mode is started with; null while the number of chapters is none. */
export function bookWish(
  far: Far,
  typed: string,
  besides: Besides = {},
): Record<string, number | string | boolean> | null {
  if (far !== 'some') return { until: far, ...besides };
  const chapters = chaptersOf(typed);
  return chapters === null ? null : { chapters, ...besides };
}
