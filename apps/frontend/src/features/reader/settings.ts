import { create } from 'zustand';

export const SIZES = [16, 18, 20, 22, 24] as const;
export type Size = (typeof SIZES)[number];
const STORED = 'is.reader.size';

const stored = (): Size =>
  SIZES.find((size) => size === Number(localStorage.getItem(STORED))) ?? 20;

/** The size of type in the reader, kept on this device. */
export const useReaderSize = create<{ size: Size; step: (by: 1 | -1) => void }>((set, get) => ({
  size: stored(),
  step: (by) => {
    const next = SIZES[SIZES.indexOf(get().size) + by];
    if (next === undefined) return;
    localStorage.setItem(STORED, String(next));
    set({ size: next });
  },
}));
