import { Node } from '@tiptap/core';
import { attributesOf } from './attributes-of';

/** Plain text. */
export const TextNode = Node.create({ name: 'text', group: 'inline' });

/** A line break inside a paragraph. */
export const HardBreakNode = Node.create({
  name: 'hardBreak',
  group: 'inline',
  inline: true,
  selectable: false,
  linebreakReplacement: true,
  parseHTML: () => [{ tag: 'br' }],
  renderHTML: () => ['br'],
  renderText: () => '\n',
});

/** A footnote: one atom in the line, its text as an attribute. */
export const FootnoteNode = Node.create({
  name: 'footnote',
  group: 'inline',
  inline: true,
  atom: true,
  addAttributes: () => attributesOf('footnote'),
  parseHTML: () => [{ tag: 'sup[data-text]' }],
  renderHTML: ({ HTMLAttributes }) => ['sup', { ...HTMLAttributes, class: 'footnote' }, '*'],
});

/** A link to an entry of the world. It stands in beats only; prose mentions are found, not marked. */
export const MentionNode = Node.create({
  name: 'mention',
  inline: true,
  atom: true,
  addAttributes: () => attributesOf('mention'),
  parseHTML: () => [{ tag: 'span[data-entry]' }],
  renderHTML: ({ node, HTMLAttributes }) => [
    'span',
    { ...HTMLAttributes, class: 'mention' },
    String(node.attrs.label),
  ],
});
