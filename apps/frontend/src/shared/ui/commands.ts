import { useEffect } from 'react';
import { create } from 'zustand';

/** One thing an author can do. Palette, menus and shortcuts are made from these. */
export interface Command {
  id: string;
  /** Words in the interface language. */
  title: string;
  group: 'go' | 'do' | 'ask';
  /** Shown beside the title, and bound while the command is registered, e.g. `mod+k`. */
  keys?: string;
  /** Price or length, for a command that spends. */
  estimate?: string;
  run: () => void;
}

export const useCommandList = create<{ commands: readonly Command[] }>(() => ({ commands: [] }));

/** Offers commands while the component is mounted. Keep the array stable with `useMemo`. */
export function useCommands(commands: readonly Command[]): void {
  useEffect(() => {
    const ids = new Set(commands.map((command) => command.id));
    useCommandList.setState(({ commands: all }) => ({
      commands: [...all.filter((command) => !ids.has(command.id)), ...commands],
    }));
    return () =>
      useCommandList.setState(({ commands: all }) => ({
        commands: all.filter((command) => !commands.includes(command)),
      }));
  }, [commands]);
}

const isApple = /Mac|iPhone|iPad/u.test(navigator.userAgent);

/** `mod+shift+k` as the platform writes it. */
export function showKeys(keys: string): string {
  const names: Record<string, string> = isApple
    ? { mod: '⌘', shift: '⇧', alt: '⌥', enter: '⏎' }
    : { mod: 'Ctrl', shift: 'Shift', alt: 'Alt', enter: 'Enter' };
  const parts = keys.split('+').map((part) => names[part] ?? part.toUpperCase());
  return parts.join(isApple ? '' : '+');
}

/** Whether a key press is this combination. Nothing fires in a composition or with AltGraph down. */
export function pressed(event: KeyboardEvent, keys: string): boolean {
  if (event.isComposing || event.keyCode === 229 || event.getModifierState('AltGraph'))
    return false;
  const parts = keys.split('+');
  // The last one is the key: a modifier that goes down by itself presses nothing yet.
  const key = parts.at(-1);
  const wanted = new Set(parts.slice(0, -1));
  const mod = isApple ? event.metaKey : event.ctrlKey;
  return (
    mod === wanted.has('mod') &&
    event.shiftKey === wanted.has('shift') &&
    event.altKey === wanted.has('alt') &&
    event.key.toLowerCase() === key
  );
}
