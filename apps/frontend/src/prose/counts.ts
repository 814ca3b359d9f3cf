import type { Node } from '@tiptap/pm/model';
import { countWords } from '@/shared/text/count';

/** Figures of a text. `characters` counts letters, digits and marks, not spaces. */
export interface Counts {
  readonly words: number;
  readonly characters: number;
}

const NONE: Counts = { words: 0, characters: 0 };

/**
 * Counts nodes and remembers each: unchanged nodes keep their identity between edits, so one
 * keystroke counts one paragraph anew, however long the book is.
 */
export function createCounter(): (node: Node) => Counts {
  const known = new WeakMap<Node, Counts>();
  const count = (node: Node): Counts => {
    const found = known.get(node);
    if (found) return found;
    const made = node.isTextblock || node.isLeaf ? countLine(node) : sum(node, count);
    known.set(node, made);
    return made;
  };
  return count;
}

function countLine(node: Node): Counts {
  if (node.type.name === 'beat') return NONE;
  const text = node.textBetween(0, node.content.size, ' ', ' ');
  return { words: countWords(text), characters: [...text.replace(/\s/gu, '')].length };
}

function sum(node: Node, count: (node: Node) => Counts): Counts {
  let words = 0;
  let characters = 0;
  node.forEach((child) => {
    const counts = count(child);
    words += counts.words;
    characters += counts.characters;
  });
  return { words, characters };
}
