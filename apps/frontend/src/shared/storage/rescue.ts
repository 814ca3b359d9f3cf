import { allDrafts } from './drafts';

/** A form in which text leaves this device without the server. */
export type RescueFormat = 'md' | 'txt' | 'html';

const ESCAPES: Readonly<Record<string, string>> = {
  '&': '&amp;',
  '<': '&lt;',
  '>': '&gt;',
  '"': '&quot;',
};
const escape = (text: string) => text.replace(/[&<>"]/gu, (mark) => ESCAPES[mark] ?? mark);

interface LooseNode {
  readonly type?: string;
  readonly text?: string;
  readonly content?: readonly LooseNode[];
}

function linesOf(node: LooseNode): string[] {
  if (node.type === 'beat') return [];
  if (node.type === 'sceneBreak') return ['***'];
  const isLine = node.type === 'paragraph' || node.type === 'heading';
  if (isLine) return [textOf(node)];
  return (node.content ?? []).flatMap(linesOf);
}

const textOf = (node: LooseNode): string =>
  node.text ?? (node.type === 'hardBreak' ? '\n' : (node.content ?? []).map(textOf).join(''));

/** Everything of a user that is on this device and not on the server, as one file of text. */
export async function rescueText(user: string, format: RescueFormat): Promise<string> {
  const rows = await allDrafts(user);
  const scenes = rows.map((row) => linesOf(row.json as LooseNode));
  if (format !== 'html') return scenes.map((lines) => lines.join('\n\n')).join('\n\n***\n\n');
  const body = scenes
    .map((lines) => lines.map((line) => `<p>${escape(line)}</p>`).join('\n'))
    .join('\n<hr>\n');
  return `<!doctype html>\n<meta charset="utf-8">\n${body}\n`;
}

/** Hands a text to the browser as a download. */
export function download(text: string, name: string, type: string): void {
  const address = URL.createObjectURL(new Blob([text], { type: `${type};charset=utf-8` }));
  const link = document.createElement('a');
  link.href = address;
  link.download = name;
  link.click();
  setTimeout(() => URL.revokeObjectURL(address), 10_000);
}
