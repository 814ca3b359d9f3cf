import type { Session } from './session';

type Doc = Session['page']['view']['state']['doc'];

/** The call that made the first generated words of a stretch; null when an author wrote all of it. */
export function callIn(doc: Doc, from: number, to: number): string | null {
  let found: string | null = null;
  doc.nodesBetween(from, Math.min(to, doc.content.size), (node) => {
    const call: unknown = node.marks.find((mark) => mark.type.name === 'origin')?.attrs.call;
    if (typeof call === 'string' && call !== '') found ??= call;
    return found === null;
  });
  return found;
}
