import { diffArrays } from 'diff';

/** A stretch where two token lists differ; `base` and `next` are half-open index ranges. */
export interface Edit {
  readonly baseFrom: number;
  readonly baseTo: number;
  readonly nextFrom: number;
  readonly nextTo: number;
}

/** The edits that turn `base` into `next`, in order, with neighbours joined. */
export function editsOf(base: readonly string[], next: readonly string[]): Edit[] {
  const edits: Edit[] = [];
  let at = 0;
  let to = 0;
  let open: { baseFrom: number; nextFrom: number } | null = null;
  const close = () => {
    if (open) edits.push({ ...open, baseTo: at, nextTo: to });
    open = null;
  };
  for (const part of diffArrays([...base], [...next])) {
    if (!part.added && !part.removed) {
      close();
      at += part.count;
      to += part.count;
      continue;
    }
    open ??= { baseFrom: at, nextFrom: to };
    if (part.removed) at += part.count;
    else to += part.count;
  }
  close();
  return edits;
}
