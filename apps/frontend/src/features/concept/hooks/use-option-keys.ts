import { useEffect, type RefObject } from 'react';
import { optionOfKey } from '../model';
import type { OptionRead } from '../types';
import { optionId } from '../components/option-line';

interface OptionKeys {
  readonly options: readonly OptionRead[];
  readonly onTake: (id: string) => void;
  readonly onMerge: () => void;
  readonly onCompare: () => void;
}

export function focusOption(id: string): void {
  const found = document.getElementById(optionId(id));
  found?.scrollIntoView({ block: 'nearest' });
  found?.focus({ preventScroll: true });
}

const isTyping = (target: EventTarget | null) =>
  target instanceof HTMLElement && target.closest('input:not([type=checkbox]), textarea, select');

/** 1 to 6 go to an option, Enter takes it, m merges and c compares; only while the conversation has focus. */
export function useOptionKeys(region: RefObject<HTMLElement | null>, acts: OptionKeys): void {
  useEffect(() => {
    const element = region.current;
    if (!element) return;
    const onKey = (event: KeyboardEvent) => {
      if (event.ctrlKey || event.metaKey || event.altKey || event.isComposing) return;
      if (isTyping(event.target)) return;
      const wanted = optionOfKey(event.key, acts.options);
      const own = (event.target as HTMLElement).dataset.option;
      if (wanted) focusOption(wanted.id);
      else if (event.key === 'Enter' && own) acts.onTake(own);
      else if (event.key === 'm') acts.onMerge();
      else if (event.key === 'c') acts.onCompare();
      else return;
      event.preventDefault();
    };
    element.addEventListener('keydown', onKey);
    return () => element.removeEventListener('keydown', onKey);
  }, [region, acts]);
}
