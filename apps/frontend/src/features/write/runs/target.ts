import { Selection } from '@tiptap/pm/state';
import { anchorOf, linesOf, sceneAt } from '@/prose/anchors';
import { snapToSentences } from '@/shared/text/segment';
import type { Selected } from '../chapter-store';
import type { Session } from '../session';

/** The selection as whole sentences of one scene, for the agent; and where its answer shows. */
export function targetOf(session: Session, { from, to }: Pick<Selected, 'from' | 'to'>) {
  const { doc } = session.page.view.state;
  const scene = sceneAt(doc, from);
  if (!scene) return null;
  const end = Math.min(to, scene.at + scene.node.nodeSize - 1);
  const lines = linesOf(scene.node, scene.at + 1);
  const snap = (position: number, side: 'from' | 'to') => {
    const line = lines.find(
      (one) => position >= one.start && position <= one.start + one.text.length,
    );
    if (!line) return position;
    const off = position - line.start;
    return line.start + snapToSentences(line.text, off, off, session.options.language)[side];
  };
  const snapped = { from: snapStart(from, end, snap), to: snapEnd(from, end, snap) };
  const anchor = anchorOf(doc, snapped);
  if (!anchor || anchor.quote.trim() === '') return null;
  const at = doc.resolve(Math.min(snapped.to, doc.content.size)).after(2);
  return { at, input: { scene: String(scene.node.attrs.id), anchor } };
}

/** The caret as a place for the agent, and where what it writes shows. */
export function caretOf(session: Session, position: number) {
  const { doc } = session.page.view.state;
  const scene = sceneAt(doc, position);
  const anchor = scene && anchorOf(doc, { from: position, to: position });
  if (!scene || !anchor) return null;
  const place = doc.resolve(position);
  const at = place.depth > 1 ? place.after(2) : position;
  return { at, input: { scene: String(scene.node.attrs.id), anchor } };
}

/** Sets the caret behind the last words of the chapter. */
export function goToEnd({ page: { view } }: Session): void {
  const end = Selection.atEnd(view.state.doc);
  view.dispatch(view.state.tr.setSelection(end).scrollIntoView());
  view.focus();
}

/** Whether a scene has beats before a place: then there is a beat to go on to the end of. */
export function hasBeats(session: Session, position: number): boolean {
  const scene = sceneAt(session.page.view.state.doc, position);
  let found = false;
  scene?.node.forEach((node) => {
    found ||= node.type.name === 'beat';
  });
  return found;
}

/** The beat that a place is in; null outside of one. */
export function beatAt(session: Session, position: number): string | null {
  const { parent } = session.page.view.state.doc.resolve(position);
  return parent.type.name === 'beat' ? String(parent.attrs.beatId) : null;
}

type Snap = (position: number, side: 'from' | 'to') => number;
const snapStart = (from: number, _to: number, snap: Snap) => snap(from, 'from');
const snapEnd = (from: number, to: number, snap: Snap) => Math.max(from, snap(to, 'to'));
