import type { ContentMatch, MarkType, NodeType, Schema } from '@tiptap/pm/model';
import { ATTRIBUTES } from './attributes';

type Rule = Record<string, unknown>;

/**
 * The JSON Schema of a saved scene, read from the document model, so that the server accepts
 * exactly what the page can hold.
 */
export function manuscriptJsonSchema(schema: Schema): Rule {
  const nodes = Object.values(schema.nodes).filter((type) => type.name !== 'doc');
  const marks = Object.values(schema.marks);
  return {
    $schema: 'https://json-schema.org/draft/2020-12/schema',
    title: 'Manuscript scene, schema version 1',
    $comment: 'Generated from src/prose/schema.ts by scripts/generate-schema.mjs. Do not edit.',
    $ref: '#/$defs/scene',
    $defs: Object.fromEntries([
      ...nodes.map((type) => [type.name, nodeRule(type)]),
      ['marks', marksRule(marks)],
      ...marks.map((type) => [`mark_${type.name}`, markRule(type)]),
    ]),
  };
}

function nodeRule(type: NodeType): Rule {
  if (type.isText) {
    return {
      type: 'object',
      additionalProperties: false,
      required: ['type', 'text'],
      properties: {
        type: { const: 'text' },
        text: { type: 'string', minLength: 1 },
        marks: { $ref: '#/$defs/marks' },
      },
    };
  }
  const children = childTypes(type.contentMatch);
  const attributes = attributesRule(type.name);
  const required = ['type', ...(attributes ? ['attrs'] : [])];
  if (children.length > 0 && !type.contentMatch.validEnd) required.push('content');
  return {
    type: 'object',
    additionalProperties: false,
    required,
    properties: {
      type: { const: type.name },
      ...(attributes ? { attrs: attributes } : {}),
      ...(children.length > 0 ? { content: contentRule(type, children) } : {}),
      ...(type.isInline ? { marks: { $ref: '#/$defs/marks' } } : {}),
    },
  };
}

function contentRule(type: NodeType, children: NodeType[]): Rule {
  const items = children.map((child) => {
    const reference = { $ref: `#/$defs/${child.name}` };
    // A line that takes no marks says so for each thing in it.
    return type.markSet?.length === 0 && child.isInline
      ? { allOf: [reference], properties: { marks: { maxItems: 0 } } }
      : reference;
  });
  const least = type.contentMatch.validEnd ? {} : { minItems: 1 };
  return { type: 'array', ...least, items: items.length === 1 ? items[0] : { anyOf: items } };
}

function childTypes(start: ContentMatch): NodeType[] {
  const found = new Set<NodeType>();
  const seen = new Set<ContentMatch>();
  const walk = (match: ContentMatch) => {
    if (seen.has(match)) return;
    seen.add(match);
    for (let index = 0; index < match.edgeCount; index += 1) {
      const edge = match.edge(index);
      found.add(edge.type);
      walk(edge.next);
    }
  };
  walk(start);
  return [...found];
}

function attributesRule(name: string, every = true): Rule | null {
  const rules = ATTRIBUTES[name];
  if (!rules) return null;
  return {
    type: 'object',
    additionalProperties: false,
    required: every
      ? Object.keys(rules).filter((key) => ['id', 'schema', 'pid'].includes(key))
      : [],
    properties: Object.fromEntries(Object.entries(rules).map(([key, rule]) => [key, rule.json])),
  };
}

function markRule(type: MarkType): Rule {
  const attributes = attributesRule(type.name, false);
  return {
    type: 'object',
    additionalProperties: false,
    required: ['type', ...(attributes ? ['attrs'] : [])],
    properties: { type: { const: type.name }, ...(attributes ? { attrs: attributes } : {}) },
  };
}

function marksRule(marks: readonly MarkType[]): Rule {
  return {
    type: 'array',
    items: { anyOf: marks.map((mark) => ({ $ref: `#/$defs/mark_${mark.name}` })) },
  };
}
