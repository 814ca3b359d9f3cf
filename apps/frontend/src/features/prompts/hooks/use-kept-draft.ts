import { useState } from 'react';
import type { Wording } from '../types';

const PREFIX = 'is.prompt.';

function read(key: string): Wording | null {
  try {
    const found: unknown = JSON.parse(sessionStorage.getItem(PREFIX + key) ?? 'null');
    return typeof found === 'object' && found !== null && 'system' in found && 'task' in found
      ? { system: String(found.system), task: String(found.task) }
      : null;
  } catch {
    return null;
  }
}

interface KeptDraft {
  readonly value: Wording;
  readonly set: (value: Wording) => void;
  /** Goes back to what is saved. */
  readonly forget: () => void;
}

/** A wording under way; it outlives leaving the page and a reload of this tab, until it is saved or thrown away. */
export function useKeptDraft(key: string, saved: Wording): KeptDraft {
  const [draft, setDraft] = useState(() => read(key));
  return {
    value: draft ?? { system: saved.system, task: saved.task },
    set: (value) => {
      setDraft(value);
      sessionStorage.setItem(PREFIX + key, JSON.stringify(value));
    },
    forget: () => {
      setDraft(null);
      sessionStorage.removeItem(PREFIX + key);
    },
  };
}
