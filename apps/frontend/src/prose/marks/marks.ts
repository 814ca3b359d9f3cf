import { Mark } from '@tiptap/core';
import { attributesOf } from '../nodes/attributes-of';

const plain = (name: string, tag: string, also: string[] = []) =>
  Mark.create({
    name,
    parseHTML: () => [{ tag }, ...also.map((other) => ({ tag: other }))],
    renderHTML: () => [tag, 0],
  });

const withAttributes = (
  name: string,
  tag: string,
  read: string,
  options: { inclusive?: boolean; excludes?: string } = {},
) =>
  Mark.create({
    name,
    ...options,
    addAttributes: () => attributesOf(name),
    parseHTML: () => [{ tag: `${tag}[${read}]` }],
    renderHTML: ({ HTMLAttributes }) => [tag, { ...HTMLAttributes, class: name }, 0],
  });

/** The marks of version 1, in the order in which they nest. */
export const MARKS = [
  // A link is shown, never followed by a click: `span`, not `a`.
  withAttributes('link', 'span', 'data-href', { inclusive: false }),
  plain('em', 'em', ['i']),
  plain('strong', 'strong', ['b']),
  plain('underline', 'u'),
  plain('strike', 's', ['del', 'strike']),
  Mark.create({
    name: 'smallCaps',
    parseHTML: () => [{ tag: 'span.small-caps' }],
    renderHTML: () => ['span', { class: 'small-caps' }, 0],
  }),
  withAttributes('lang', 'span', 'data-code'),
  // Several comments and several calls can lie over one word.
  withAttributes('comment', 'span', 'data-id', { inclusive: false, excludes: '' }),
  withAttributes('origin', 'span', 'data-state', { inclusive: false }),
];
