const STORED = 'is.idea';

/** The idea as it was typed last and not yet used: a reload or a failed start loses nothing. */
export function keptIdea(): string {
  return localStorage.getItem(STORED) ?? '';
}

export function keepIdea(idea: string): void {
  if (idea) localStorage.setItem(STORED, idea);
  else localStorage.removeItem(STORED);
}
