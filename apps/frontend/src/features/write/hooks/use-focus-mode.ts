import { useEffect, useState } from 'react';
import { setFocusMode } from '@/prose/plugins/focus';
import type { Session } from '../session';

export interface FocusMode {
  readonly on: boolean;
  readonly toggle: () => void;
}

/**
 * One key hides all chrome. The mark on the root element lets the bars of the shell step back too;
 * the paragraph of the caret keeps its full ink.
 */
export function useFocusMode(session: Session | null): FocusMode {
  const [on, setOn] = useState(false);
  useEffect(() => {
    const root = document.documentElement;
    if (on) root.dataset.compose = 'on';
    else delete root.dataset.compose;
    const view = session?.page.view;
    if (view && !view.isDestroyed) view.dispatch(setFocusMode(view.state, on));
    return () => {
      delete root.dataset.compose;
    };
  }, [on, session]);
  return { on, toggle: () => setOn((before) => !before) };
}
