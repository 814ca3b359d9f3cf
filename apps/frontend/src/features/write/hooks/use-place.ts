import { useEffect, useLayoutEffect, useState, type RefObject } from 'react';
import type { Selected } from '../chapter-store';
import type { Session } from '../session';

/** Above the selection when there is room for it, below while something is asked. */
export function usePlace(
  session: Session,
  selected: Pick<Selected, 'from' | 'to'> | null,
  below: boolean,
) {
  // The first place is known at once: a field that takes the focus must not pull the page to its top.
  const [place, setPlace] = useState(
    () =>
      (selected && placeOf(session, selected, below)) ?? {
        insetBlockStart: 0,
        insetInlineStart: 0,
      },
  );
  const from = selected?.from;
  const to = selected?.to;
  useLayoutEffect(() => {
    if (from === undefined || to === undefined) return undefined;
    const frame = requestAnimationFrame(() => {
      const found = placeOf(session, { from, to }, below);
      if (found) setPlace(found);
    });
    return () => cancelAnimationFrame(frame);
  }, [session, from, to, below]);
  return place;
}

/** What opens under the last line of the window is brought into it, wherever it is put. */
export function useInView(
  box: RefObject<HTMLElement | null>,
  open: boolean,
  place: { readonly insetBlockStart: number },
): void {
  const { insetBlockStart } = place;
  useEffect(() => {
    if (open) box.current?.scrollIntoView({ block: 'nearest' });
  }, [box, open, insetBlockStart]);
}

function placeOf(
  session: Session,
  { from, to }: Pick<Selected, 'from' | 'to'>,
  below: boolean,
): { insetBlockStart: number; insetInlineStart: number } | null {
  const { view } = session.page;
  const host = view.dom.closest('main')?.getBoundingClientRect();
  if (!host || to > view.state.doc.content.size) return null;
  const start = view.coordsAtPos(from);
  const end = view.coordsAtPos(to);
  const top = below ? end.bottom + 8 : start.top - 44;
  const inline = Math.max(16, Math.min(start.left - host.left, host.width - 320));
  return { insetBlockStart: top - host.top, insetInlineStart: inline };
}
