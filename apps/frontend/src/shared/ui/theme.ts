import { create } from 'zustand';

export const THEMES = ['system', 'light', 'dark', 'sepia', 'night', 'contrast'] as const;
export type Theme = (typeof THEMES)[number];

const STORED = 'is.theme';

function stored(): Theme {
  const found = THEMES.find((theme) => theme === localStorage.getItem(STORED));
  return found ?? 'system';
}

function paint(theme: Theme): void {
  const dark = matchMedia('(prefers-color-scheme: dark)').matches;
  document.documentElement.dataset.theme = theme === 'system' ? (dark ? 'dark' : 'light') : theme;
}

export const useTheme = create<{ theme: Theme; choose: (theme: Theme) => void }>((set) => ({
  theme: stored(),
  choose: (theme) => {
    localStorage.setItem(STORED, theme);
    paint(theme);
    set({ theme });
  },
}));

/** Follows the system while "system" is chosen. */
export function followSystemTheme(): void {
  matchMedia('(prefers-color-scheme: dark)').addEventListener('change', () =>
    paint(useTheme.getState().theme),
  );
}
