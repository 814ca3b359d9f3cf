import type { Attributes } from '@tiptap/core';
import { ATTRIBUTES } from '../attributes';

const asName = (name: string) =>
  `data-${name.replace(/[A-Z]/g, (letter) => `-${letter.toLowerCase()}`)}`;

/**
 * The attributes of a node or mark as the document model wants them. In the DOM each stands as
 * `data-…` JSON, so that copying inside the app keeps it; what the outside wrote is not read.
 */
export function attributesOf(name: string): Attributes {
  const rules = ATTRIBUTES[name] ?? {};
  return Object.fromEntries(
    Object.entries(rules).map(([key, rule]) => [
      key,
      {
        default: Array.isArray(rule.initial) ? [...rule.initial] : rule.initial,
        parseHTML: (element: HTMLElement) => read(element.getAttribute(asName(key)), rule.initial),
        renderHTML: (attributes: Record<string, unknown>) => {
          const value = attributes[key];
          return value === rule.initial || value === null
            ? {}
            : { [asName(key)]: JSON.stringify(value) };
        },
      },
    ]),
  );
}

function read(value: string | null, initial: unknown): unknown {
  if (value === null) return initial;
  try {
    return JSON.parse(value) as unknown;
  } catch {
    return initial;
  }
}
