import { Node } from '@tiptap/core';
import { attributesOf } from './attributes-of';

/** The document of one chapter, or of the whole book: scenes and nothing else. */
export const DocumentNode = Node.create({ name: 'doc', topNode: true, content: 'scene+' });

/** A scene: the unit that is saved. No edit joins or splits it; only structure operations do. */
export const SceneNode = Node.create({
  name: 'scene',
  content: 'block+',
  isolating: true,
  defining: true,
  selectable: false,
  addAttributes: () => attributesOf('scene'),
  parseHTML: () => [{ tag: 'section[data-id]' }],
  renderHTML: ({ HTMLAttributes }) => ['section', { ...HTMLAttributes, class: 'scene' }, 0],
});
