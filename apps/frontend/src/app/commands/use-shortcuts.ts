import { useEffect } from 'react';
import { pressed, useCommandList } from '@/shared/ui/commands';
import { usePalette } from './palette-state';

const PALETTE_KEYS = 'mod+k';

/** Binds the keys of every registered command, and the palette's own. */
export function useShortcuts(): void {
  useEffect(() => {
    const onKey = (event: KeyboardEvent) => {
      if (pressed(event, PALETTE_KEYS)) {
        event.preventDefault();
        usePalette.setState(({ open }) => ({ open: !open }));
        return;
      }
      const { commands } = useCommandList.getState();
      const command = commands.find(({ keys }) => keys && pressed(event, keys));
      if (!command) return;
      event.preventDefault();
      command.run();
    };
    addEventListener('keydown', onKey);
    return () => removeEventListener('keydown', onKey);
  }, []);
}
