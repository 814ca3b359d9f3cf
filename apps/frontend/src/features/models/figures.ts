import type { ModelProfileRead } from '@/shared/api/types';

/** The figures that are shown, in this order, and the key of their words. */
export const FIGURES = {
  tier: 'tier',
  rung: 'rung',
  context_tokens: 'context',
  declared_tokens: 'declared',
  tokens_per_second: 'speed',
  list_length: 'list',
  concurrency: 'atOnce',
  keeps_length: 'length',
  english: 'english',
  chinese: 'chinese',
  handles: 'handles',
  usage: 'usage',
  streams: 'streams',
  empty_or_refused: 'silent',
} as const;

export type FigureName = keyof typeof FIGURES;

export interface Figure {
  name: FigureName;
  value: boolean | number | string;
  at: string;
}

/** What is known about a model and has words, in the order it is shown. */
export function figuresOf(profile: ModelProfileRead): Figure[] {
  const names = Object.keys(FIGURES) as FigureName[];
  return names.flatMap((name) => {
    const found = profile.figures.find((figure) => figure.name === name);
    const value = found?.value;
    if (typeof value !== 'boolean' && typeof value !== 'number' && typeof value !== 'string') {
      return [];
    }
    return found ? [{ name, value, at: found.at }] : [];
  });
}
