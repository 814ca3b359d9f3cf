import { Link } from '@tanstack/react-router';
import * as z from 'zod/mini';
import { useTranslation } from 'react-i18next';
import { Button } from '@/shared/ui/button';
import { ProblemNote } from '@/shared/ui/problem-note';
import type { LiveRun } from '../live-run-state';
import { useRunVerbs } from '../mutations';

const optionSchema = z.looseObject({
  id: z.string(),
  label: z.string(),
  text: z.optional(z.nullable(z.boolean())),
});

interface RunQuestionProps {
  run: string;
  novel: string;
  state: LiveRun;
}

/** What a waiting run asks, with the answers of one press; an answer in words is given at the run itself. */
export function RunQuestion({ run, novel, state }: RunQuestionProps) {
  const { t } = useTranslation('start');
  const { answer } = useRunVerbs(run);
  const { gate, phase } = state;
  if (phase !== 'waiting' || !gate) return null;
  const options = gate.options.flatMap((row) => {
    const { success, data } = optionSchema.safeParse(row);
    return success ? [data] : [];
  });
  return (
    <section
      aria-label={t('live.status.waiting')}
      className="border-agent mt-8 flex flex-col items-start gap-3 border-s-2 ps-4 font-sans"
    >
      <p className="text-ui max-w-prose">{gate.question ?? t('live.status.waiting')}</p>
      {answer.error ? <ProblemNote error={answer.error} /> : null}
      <div className="flex flex-wrap gap-2">
        {options
          .filter((option) => !option.text)
          .map((option) => (
            <Button
              key={option.id}
              disabled={answer.isPending}
              onClick={() => answer.mutate({ gate: gate.gate, decision: option.id })}
            >
              {option.label}
            </Button>
          ))}
      </div>
      <Link
        to="/n/$novel/runs/{-$run}"
        params={{ novel, run }}
        className="text-meta decoration-line-2 underline underline-offset-4"
      >
        {t('live.question')}
      </Link>
    </section>
  );
}
