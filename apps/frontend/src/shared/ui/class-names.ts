import { type ClassValue, clsx } from 'clsx';
import { extendTailwindMerge } from 'tailwind-merge';

// Our type scale has own names; without this, `text-ui` and `text-ink` would cancel each other.
const merge = extendTailwindMerge({
  extend: {
    classGroups: {
      'font-size': [{ text: ['prose', 'chapter', 'screen', 'section', 'ui', 'meta', 'small'] }],
    },
  },
});

/** Joins class names; of two that set the same property the later one wins. */
export function classNames(...values: ClassValue[]): string {
  return merge(clsx(values));
}
