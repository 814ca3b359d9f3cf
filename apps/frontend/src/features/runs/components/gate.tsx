import { Link } from '@tanstack/react-router';
import { useState } from 'react';
import * as z from 'zod/mini';
import { useTranslation } from 'react-i18next';
import type { RunRead } from '@/shared/api/types';
import { Button } from '@/shared/ui/button';
import { AreaField } from '@/shared/ui/fields';
import { ProblemNote } from '@/shared/ui/problem-note';
import { changesOf } from '../changes';
import { asksAuthor } from '../model';
import { useRunAct } from '../mutations';
import { Full } from './parts';
import { PlanChanges } from './plan-changes';

const gateSchema = z.looseObject({
  name: z.string(),
  question: z.optional(z.nullable(z.string())),
  /** What the model said last, when nothing of it could be used. */
  raw: z.optional(z.string()),
  /** The lines that an author fills in who writes the answer. */
  form: z.optional(z.string()),
  /** Changes of the plan that are asked about. */
  changes: z.optional(z.array(z.unknown())),
  options: z.optional(
    z.array(
      z.looseObject({
        id: z.optional(z.string()),
        decision: z.optional(z.string()),
        label: z.optional(z.string()),
        title: z.optional(z.string()),
        text: z.optional(z.nullable(z.boolean())),
      }),
    ),
  ),
});

/** What has to be seen before a question can be answered. */
const SHOWN: Readonly<Record<string, 'plan' | 'text'>> = {
  plan: 'plan',
  replan: 'plan',
  contradiction: 'text',
  accept: 'text',
};

/** The question a waiting run asks, with its answers; one that takes words asks for them first. */
export function Gate({ run }: { run: RunRead }) {
  const { t } = useTranslation(['runs', 'common']);
  const act = useRunAct(run.id);
  const [saying, setSaying] = useState<{ decision: string; text: string } | null>(null);
  const parsed = gateSchema.safeParse(run.gate);
  if (!parsed.success || !asksAuthor(run)) return null;
  const { name: gate, question, options, raw, form } = parsed.data;
  const changes = changesOf(parsed.data.changes);
  const answer = (decision: string, text?: string) =>
    act.mutate(
      { verb: 'answer', gate, decision, ...(text ? { text } : {}) },
      { onSuccess: () => setSaying(null) },
    );
  const shown = SHOWN[gate];
  const params = { novel: run.novel_id };
  const look = 'text-meta decoration-line-2 underline underline-offset-4';
  return (
    <section aria-label={t('question')} className="border-agent border-s-2 ps-4">
      <p className="text-ui max-w-prose">{question ?? t('question')}</p>
      {shown === 'plan' ? (
        <Link to="/n/$novel/plan" params={params} className={look}>
          {t('gate.plan')}
        </Link>
      ) : null}
      {shown === 'text' ? (
        <Link to="/n/$novel/write/{-$node}" params={params} className={look}>
          {t('gate.text')}
        </Link>
      ) : null}
      {changes.length > 0 ? (
        <div className="mt-3">
          <PlanChanges changes={changes} />
        </div>
      ) : null}
      {raw ? (
        <div className="mt-2 max-w-prose">
          <Full name={t('gate.raw')} text={raw} />
        </div>
      ) : null}
      {act.error ? <ProblemNote error={act.error} /> : null}
      <div className="mt-3 flex flex-wrap gap-2">
        {options?.map((option, index) => {
          const decision = option.decision ?? option.id ?? String(index);
          return (
            <Button
              key={decision}
              disabled={act.isPending}
              {...(option.text ? { 'aria-expanded': saying?.decision === decision } : {})}
              onClick={() =>
                option.text
                  ? setSaying({ decision, text: decision === 'write' ? (form ?? '') : '' })
                  : answer(decision)
              }
            >
              {option.label ?? option.title ?? decision}
            </Button>
          );
        })}
      </div>
      {saying ? (
        <form
          className="mt-4 flex max-w-prose flex-col items-start gap-3 [&>div]:w-full"
          onSubmit={(event) => {
            event.preventDefault();
            answer(saying.decision, saying.text.trim());
          }}
        >
          <AreaField
            autoFocus
            label={t(saying.decision === 'write' ? 'gate.own' : 'gate.words')}
            hint={t(saying.decision === 'write' ? 'gate.ownHint' : 'gate.hint')}
            maxLength={4_000}
            value={saying.text}
            onChange={(text) => setSaying({ ...saying, text })}
          />
          <div className="flex gap-2">
            <Button
              type="submit"
              variant="primary"
              disabled={saying.text.trim() === '' || act.isPending}
            >
              {t('steerSend')}
            </Button>
            <Button variant="quiet" onClick={() => setSaying(null)}>
              {t('common:actions.cancel')}
            </Button>
          </div>
        </form>
      ) : null}
    </section>
  );
}
