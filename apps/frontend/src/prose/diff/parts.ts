import { words } from '@/shared/text/segment';
import { editsOf } from './tokens';

/** A stretch of two texts laid over each other. */
export interface Part {
  readonly kind: 'same' | 'gone' | 'come';
  readonly text: string;
}

/** Two texts as one, word by word: what both have, what only the first and only the second has. */
export function partsOf(first: string, second: string, language: string): Part[] {
  const old = words(first, language);
  const fresh = words(second, language);
  const parts: Part[] = [];
  let at = 0;
  const add = (kind: Part['kind'], list: readonly string[]) => {
    if (list.length > 0) parts.push({ kind, text: list.join('') });
  };
  for (const edit of editsOf(old, fresh)) {
    add('same', old.slice(at, edit.baseFrom));
    add('gone', old.slice(edit.baseFrom, edit.baseTo));
    add('come', fresh.slice(edit.nextFrom, edit.nextTo));
    at = edit.baseTo;
  }
  add('same', old.slice(at));
  return parts;
}
