import { useEffect, useRef } from 'react';
import { isInputMethodKey } from '@/prose/plugins/composition';

/** Closes what is open over the page on Esc, wherever in it the focus is; never on a key of an input method. */
export function useEscape(onClose: () => void): void {
  const latest = useRef(onClose);
  useEffect(() => {
    latest.current = onClose;
  });
  useEffect(() => {
    const hear = (event: KeyboardEvent) => {
      if (event.key === 'Escape' && !isInputMethodKey(event)) latest.current();
    };
    addEventListener('keydown', hear);
    return () => removeEventListener('keydown', hear);
  }, []);
}
