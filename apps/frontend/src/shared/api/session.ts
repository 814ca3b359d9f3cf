import { create } from 'zustand';

interface SessionState {
  /** True while the login dialog must stand over the page. */
  expired: boolean;
  /** True while the password is asked once more for a protected action. */
  stepUp: boolean;
  /** Set once a user was seen in this tab; before that a 401 leads to the login page. */
  known: boolean;
}

export const useSession = create<SessionState>(() => ({
  expired: false,
  stepUp: false,
  known: false,
}));

let waiting: ((again: boolean) => void)[] = [];

/** Resolves true when the author has signed in again, false when the dialog was left. */
export function askLogin(kind: 'expired' | 'stepUp'): Promise<boolean> {
  useSession.setState({ [kind]: true });
  return new Promise((resolve) => waiting.push(resolve));
}

/** Ends the dialog and lets the requests that waited for it go on. */
export function answerLogin(again: boolean): void {
  const answers = waiting;
  waiting = [];
  useSession.setState({ expired: false, stepUp: false });
  for (const answer of answers) answer(again);
}
