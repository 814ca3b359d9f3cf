import * as z from 'zod/mini';
import { useTranslation } from 'react-i18next';
import type { RunRead } from '@/shared/api/types';
import { Button } from '@/shared/ui/button';
import { ProblemNote } from '@/shared/ui/problem-note';
import { asksAuthor } from '../model';
import { useRunAct } from '../mutations';

const gateSchema = z.looseObject({
  name: z.string(),
  question: z.optional(z.nullable(z.string())),
  options: z.optional(
    z.array(
      z.looseObject({
        id: z.optional(z.string()),
        decision: z.optional(z.string()),
        label: z.optional(z.string()),
        title: z.optional(z.string()),
      }),
    ),
  ),
});

/** The question a waiting run asks, with its answers. */
export function Gate({ run }: { run: RunRead }) {
  const { t } = useTranslation('runs');
  const act = useRunAct(run.id);
  const parsed = gateSchema.safeParse(run.gate);
  if (!parsed.success || !asksAuthor(run)) return null;
  const { name: gate, question, options } = parsed.data;
  return (
    <section aria-label={t('question')} className="border-agent border-s-2 ps-4">
      <p className="text-ui">{question ?? t('question')}</p>
      {act.error ? <ProblemNote error={act.error} /> : null}
      <div className="mt-3 flex flex-wrap gap-2">
        {options?.map((option, index) => {
          const decision = option.decision ?? option.id ?? String(index);
          return (
            <Button
              key={decision}
              disabled={act.isPending}
              onClick={() => act.mutate({ verb: 'answer', gate, decision })}
            >
              {option.label ?? option.title ?? decision}
            </Button>
          );
        })}
      </div>
    </section>
  );
}
