import { create } from 'zustand';

export interface ToastAction {
  label: string;
  run: () => void;
}

interface Wanted {
  id: number;
  text: string;
  action: ToastAction | undefined;
}

/** Lines that were asked for, oldest first. The part that draws them is fetched with the first one. */
export const useToasts = create<{ wanted: readonly Wanted[] }>(() => ({ wanted: [] }));

/** A short line at the foot of the screen, with at most one action (an undo). */
export function toast(text: string, action?: ToastAction): void {
  useToasts.setState(({ wanted }) => ({
    wanted: [...wanted, { id: (wanted.at(-1)?.id ?? 0) + 1, text, action }],
  }));
}
