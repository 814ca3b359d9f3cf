import { Node } from '@tiptap/core';
import { attributesOf } from './attributes-of';

/** A paragraph: what nearly all of a novel is made of. */
export const ParagraphNode = Node.create({
  name: 'paragraph',
  group: 'block',
  content: 'inline*',
  priority: 1000,
  addAttributes: () => attributesOf('paragraph'),
  parseHTML: () => [{ tag: 'p' }],
  renderHTML: ({ HTMLAttributes }) => ['p', HTMLAttributes, 0],
});

/** A heading inside a chapter. The title of the chapter is not in the document. */
export const HeadingNode = Node.create({
  name: 'heading',
  group: 'block',
  content: 'inline*',
  defining: true,
  addAttributes: () => attributesOf('heading'),
  parseHTML: () => [
    { tag: 'h1', attrs: { level: 2 } },
    { tag: 'h2', attrs: { level: 2 } },
    { tag: 'h3', attrs: { level: 3 } },
    { tag: 'h4', attrs: { level: 3 } },
  ],
  renderHTML: ({ node, HTMLAttributes }) => [
    node.attrs.level === 3 ? 'h3' : 'h2',
    HTMLAttributes,
    0,
  ],
});

/** A quotation set apart. */
export const BlockquoteNode = Node.create({
  name: 'blockquote',
  group: 'block',
  content: 'paragraph+',
  defining: true,
  addAttributes: () => attributesOf('blockquote'),
  parseHTML: () => [{ tag: 'blockquote' }],
  renderHTML: ({ HTMLAttributes }) => ['blockquote', HTMLAttributes, 0],
});

/** A break inside a scene, printed as the book's break mark. */
export const SceneBreakNode = Node.create({
  name: 'sceneBreak',
  group: 'block',
  atom: true,
  selectable: true,
  addAttributes: () => attributesOf('sceneBreak'),
  parseHTML: () => [{ tag: 'hr' }],
  renderHTML: ({ HTMLAttributes }) => ['hr', HTMLAttributes],
});

/** A planned moment. It is never exported and never counted as prose. */
export const BeatNode = Node.create({
  name: 'beat',
  group: 'block',
  content: '(text | mention)*',
  marks: '',
  defining: true,
  addAttributes: () => attributesOf('beat'),
  parseHTML: () => [{ tag: 'aside[data-beat-id]' }],
  renderHTML: ({ HTMLAttributes }) => ['aside', { ...HTMLAttributes, class: 'beat' }, 0],
});

/** An image of the book's own uploads; nothing remote is ever shown. */
export const ImageNode = Node.create({
  name: 'image',
  group: 'block',
  atom: true,
  addAttributes: () => attributesOf('image'),
  parseHTML: () => [{ tag: 'figure[data-upload]' }],
  renderHTML: ({ node, HTMLAttributes }) => [
    'figure',
    HTMLAttributes,
    ['figcaption', {}, String(node.attrs.alt)],
  ],
});
