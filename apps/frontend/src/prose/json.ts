/** A mark as it is saved. */
export interface MarkJson {
  readonly type: string;
  readonly attrs?: Readonly<Record<string, unknown>>;
}

/** A node as it is saved: the wire form of the document model. */
export interface NodeJson {
  readonly type: string;
  readonly attrs?: Readonly<Record<string, unknown>>;
  readonly content?: readonly NodeJson[];
  readonly marks?: readonly MarkJson[];
  readonly text?: string;
}

/** A saved scene. */
export interface SceneJson extends NodeJson {
  readonly type: 'scene';
  readonly attrs: { readonly id: string; readonly schema: number };
  readonly content: readonly NodeJson[];
}

/** What stands for anything in a line that is not text, so that offsets count it as one. */
export const ATOM = '\uFFFC';

/** The text of a block; every inline atom counts one unit. Lines of a quotation end in `\n`. */
export function textOf(node: NodeJson): string {
  if (node.type === 'text') return node.text ?? '';
  if (node.type === 'blockquote') return (node.content ?? []).map(textOf).join('\n');
  if (node.content) return node.content.map(textOf).join('');
  return isLine(node.type) ? '' : ATOM;
}

const isLine = (type: string) => ['paragraph', 'heading', 'beat'].includes(type);

/** The block's id, or an empty string where it has none. */
export function pidOf(node: NodeJson): string {
  const pid = node.attrs?.pid;
  return typeof pid === 'string' ? pid : '';
}

/** The prose of a scene as plain text, a blank line between blocks. Beats are not prose. */
export function proseOf(scene: SceneJson): string {
  return scene.content
    .filter(
      (block) => block.type !== 'beat' && block.type !== 'image' && block.type !== 'sceneBreak',
    )
    .map(textOf)
    .join('\n\n')
    .replaceAll(ATOM, ' ');
}

/** A scene with nothing but beats and empty paragraphs counts as empty. */
export function isEmptyScene(scene: SceneJson): boolean {
  return scene.content.every(
    (block) => block.type === 'beat' || (isLine(block.type) && textOf(block).trim() === ''),
  );
}

/** Equality of two saved nodes, blind to the order of keys. */
export function sameJson(one: unknown, other: unknown): boolean {
  if (one === other) return true;
  if (typeof one !== 'object' || typeof other !== 'object' || !one || !other) return false;
  if (Array.isArray(one) !== Array.isArray(other)) return false;
  const left = Object.entries(one).filter(([, value]) => value !== undefined);
  const right = new Map(Object.entries(other).filter(([, value]) => value !== undefined));
  return (
    left.length === right.size &&
    left.every(([key, value]) => right.has(key) && sameJson(value, right.get(key)))
  );
}
