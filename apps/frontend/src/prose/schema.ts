import { getSchema } from '@tiptap/core';
import { MARKS } from './marks/marks';
import {
  BeatNode,
  BlockquoteNode,
  HeadingNode,
  ImageNode,
  ParagraphNode,
  SceneBreakNode,
} from './nodes/blocks';
import { FootnoteNode, HardBreakNode, MentionNode, TextNode } from './nodes/inline';
import { DocumentNode, SceneNode } from './nodes/structure';

/** The nodes and marks of the manuscript, version 1. */
export const PROSE_EXTENSIONS = [
  DocumentNode,
  SceneNode,
  ParagraphNode,
  HeadingNode,
  BlockquoteNode,
  SceneBreakNode,
  BeatNode,
  ImageNode,
  TextNode,
  HardBreakNode,
  FootnoteNode,
  MentionNode,
  ...MARKS,
];

/** The one document model of the app: saved scenes, proposals and pasted text all follow it. */
export const proseSchema = getSchema(PROSE_EXTENSIONS);
