import { useEffect, useRef } from 'react';
import { isInputMethodKey } from '@/prose/plugins/composition';
import { changesOf } from '@/prose/changes/plugin';
import { toast } from '@/shared/ui/toast';
import { useTranslation } from 'react-i18next';
import { moveFocus } from '../review';
import type { Session } from '../session';

interface Actions {
  readonly toggleFocus: () => void;
  readonly toggleHistory: () => void;
  readonly toggleBinder: () => void;
  readonly rewrite: () => void;
  /** Asks how to go on from the caret. */
  readonly goOn: () => void;
}

/** The shortcuts of writing. They match the physical key, and none fires while AltGraph is down. */
export function useShortcuts(session: Session | null, actions: Actions): void {
  const { t } = useTranslation('write');
  const latest = useRef({ session, actions, t });
  useEffect(() => {
    latest.current = { session, actions, t };
  });
  useEffect(() => {
    const hear = (event: KeyboardEvent) => {
      if (isInputMethodKey(event) || event.getModifierState('AltGraph')) return;
      if (act(event, latest.current)) event.preventDefault();
    };
    addEventListener('keydown', hear);
    return () => removeEventListener('keydown', hear);
  }, []);
}

function act(
  event: KeyboardEvent,
  {
    session,
    actions,
    t,
  }: { session: Session | null; actions: Actions; t: (key: 'save.saved') => string },
): boolean {
  const main = (event.ctrlKey || event.metaKey) && !event.altKey;
  if (main && event.shiftKey && event.code === 'Period') actions.toggleFocus();
  else if (main && event.shiftKey && event.code === 'Backslash') actions.toggleHistory();
  else if (main && !event.shiftKey && event.code === 'Backslash') actions.toggleBinder();
  else if (main && !event.shiftKey && event.code === 'KeyS') {
    void session?.autosave.flush().then(() => {
      if (session.autosave.isAllClean()) toast(t('save.saved'));
    });
  } else if (main && event.shiftKey && event.key === 'Enter' && session?.page.view.hasFocus()) {
    actions.goOn();
  } else if (event.altKey && event.key === 'Enter' && session?.store.getState().selected) {
    actions.rewrite();
  } else if (event.altKey && event.key === 'Enter' && session?.page.view.hasFocus()) {
    actions.goOn();
  } else if (event.key === 'F9' && session && changesOf(session.page.view.state).sets.length > 0) {
    moveFocus(session.page.view, event.shiftKey ? -1 : 1);
  } else return false;
  return true;
}
