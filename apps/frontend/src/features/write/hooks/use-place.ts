import { useLayoutEffect, useState } from 'react';
import type { Selected } from '../chapter-store';
import type { Session } from '../session';

/** Above the selection when there is room for it, below while something is asked. */
export function usePlace(
  session: Session,
  selected: Pick<Selected, 'from' | 'to'> | null,
  below: boolean,
) {
  const [place, setPlace] = useState({ insetBlockStart: 0, insetInlineStart: 0 });
  const from = selected?.from;
  const to = selected?.to;
  useLayoutEffect(() => {
    if (from === undefined || to === undefined) return undefined;
    const frame = requestAnimationFrame(() => {
      const { view } = session.page;
      const host = view.dom.closest('main')?.getBoundingClientRect();
      if (!host || to > view.state.doc.content.size) return;
      const start = view.coordsAtPos(from);
      const end = view.coordsAtPos(to);
      const top = below ? end.bottom + 8 : start.top - 44;
      const inline = Math.max(16, Math.min(start.left - host.left, host.width - 320));
      setPlace({ insetBlockStart: top - host.top, insetInlineStart: inline });
    });
    return () => cancelAnimationFrame(frame);
  }, [session, from, to, below]);
  return place;
}
