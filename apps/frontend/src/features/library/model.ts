import type { NovelRead } from '@/shared/api/types';
import { hash } from '@/shared/text/hash';

export const ORDERS = ['edited', 'title', 'words'] as const;
export type Order = (typeof ORDERS)[number];

/** The books whose title holds the query, in the chosen order. */
export function arrange(
  novels: readonly NovelRead[],
  query: string,
  order: Order,
  locale: string,
): NovelRead[] {
  const wanted = query.trim().toLocaleLowerCase(locale);
  const found = novels.filter((novel) => novel.title.toLocaleLowerCase(locale).includes(wanted));
  const collator = new Intl.Collator(locale, { numeric: true });
  return found.sort((one, other) => {
    if (order === 'title') return collator.compare(one.title, other.title);
    if (order === 'words') return other.words - one.words;
    return other.updated_at.localeCompare(one.updated_at);
  });
}

/** The look of a cover, the same on each visit and each device. */
export function coverOf(id: string): { hue: number; pattern: number } {
  const number = hash(id);
  return { hue: number % 360, pattern: Math.floor(number / 360) % 4 };
}
