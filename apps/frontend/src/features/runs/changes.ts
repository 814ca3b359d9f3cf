import * as z from 'zod/mini';
import type { RunRead } from '@/shared/api/types';

const changeSchema = z.looseObject({
  kind: z.optional(z.string()),
  number: z.optional(z.nullable(z.number())),
  title: z.optional(z.nullable(z.string())),
  field: z.string(),
  before: z.optional(z.nullable(z.string())),
  after: z.string(),
});
/** A change of the plan: where, which of its sentences, what stood there and what stands there then. */
export type Change = z.infer<typeof changeSchema>;

const refusedSchema = z.looseObject({
  why: z.string(),
  change: z.optional(changeSchema),
  reason: z.optional(
    z.nullable(z.looseObject({ en: z.optional(z.string()), zh: z.optional(z.string()) })),
  ),
});
export type Refused = z.infer<typeof refusedSchema>;

const replannedSchema = z.looseObject({
  applied: z.optional(z.array(z.unknown())),
  refused: z.optional(z.array(z.unknown())),
});
const sceneSchema = z.looseObject({ scene: z.string(), left: z.optional(z.nullable(z.string())) });
const resultSchema = z.looseObject({
  stopped: z.optional(z.nullable(z.string())),
  replanned: z.optional(z.nullable(replannedSchema)),
  scenes: z.optional(z.nullable(z.array(z.unknown()))),
  applied: z.optional(z.array(z.unknown())),
  refused: z.optional(z.array(z.unknown())),
  chapters: z.optional(z.array(z.unknown())),
});

export interface Outcome {
  readonly stopped: string | null;
  readonly applied: readonly Change[];
  readonly refused: readonly Refused[];
  /** Scenes that no model wrote, and why. */
  readonly left: readonly { readonly scene: string; readonly why: string }[];
}

const NOTHING: Outcome = { stopped: null, applied: [], refused: [], left: [] };

const each = <T>(
  schema: { safeParse: (value: unknown) => { success: boolean; data?: T } },
  rows: readonly unknown[] | null | undefined,
): T[] =>
  (rows ?? []).flatMap((row) => {
    const { success, data } = schema.safeParse(row);
    return success && data !== undefined ? [data] : [];
  });

export const changesOf = (rows: readonly unknown[] | null | undefined): Change[] =>
  each<Change>(changeSchema, rows);

/** What a run of the chapter loop changed in the plan, left to its author, and why it stopped; of a book, of all its chapters. */
export function outcomeOf(result: RunRead['result']): Outcome {
  const { success, data } = resultSchema.safeParse(result ?? undefined);
  if (!success) return NOTHING;
  const inner = (data.chapters ?? []).map((chapter) => outcomeOf(chapter as RunRead['result']));
  const own = data.replanned ?? data;
  const left = each(sceneSchema, data.scenes).flatMap(({ scene, left: why }) =>
    why ? [{ scene, why }] : [],
  );
  return {
    stopped: data.stopped ?? null,
    applied: [...inner.flatMap((one) => one.applied), ...changesOf(own.applied)],
    refused: [...inner.flatMap((one) => one.refused), ...each<Refused>(refusedSchema, own.refused)],
    left: [...inner.flatMap((one) => one.left), ...left],
  };
}
