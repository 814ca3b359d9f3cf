import type { SceneJson } from '@/prose/json';
import { problemOf } from '@/shared/api/problems';

/** Why a save did not go through, as far as it changes what to do next. */
export type SaveReason =
  /** Someone else saved this scene meanwhile. */
  | {
      readonly kind: 'changed';
      readonly code: string;
      readonly current: { readonly version: number; readonly json: SceneJson };
    }
  /** The proposal was decided elsewhere: the text goes again without the decision. */
  | { readonly kind: 'decided'; readonly code: string }
  /** No answer, or not now: the same request goes again, for ever. */
  | { readonly kind: 'unreached'; readonly code: string }
  /** The server said no to this text; repeating it does not help. */
  | { readonly kind: 'refused'; readonly code: string };

export function reasonOf(thrown: unknown): SaveReason {
  const problem = problemOf(thrown);
  const { code } = problem;
  const current = problem.params?.current;
  if (code === 'content-changed' && isCurrent(current)) return { kind: 'changed', code, current };
  if (code === 'proposal-already-decided') return { kind: 'decided', code };
  const status = problem.status ?? 0;
  const refused = status >= 400 && status < 500 && ![401, 408, 409, 425, 429].includes(status);
  return { kind: refused ? 'refused' : 'unreached', code };
}

function isCurrent(value: unknown): value is { version: number; json: SceneJson } {
  return (
    typeof value === 'object' &&
    value !== null &&
    'version' in value &&
    typeof value.version === 'number' &&
    'json' in value &&
    typeof value.json === 'object'
  );
}

export const isLasting = (reason: SaveReason) => reason.kind === 'refused';

/** Time before the next try, in milliseconds: doubles up to 15 s, with some chance in it. */
export function backOff(failures: number, random: () => number = Math.random): number {
  return Math.min(15_000, 1_000 * 2 ** (failures - 1)) * (0.75 + random() * 0.5);
}
