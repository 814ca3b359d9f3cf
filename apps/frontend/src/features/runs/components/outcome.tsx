import { Link } from '@tanstack/react-router';
import { useTranslation } from 'react-i18next';
import type { RunRead } from '@/shared/api/types';
import { Section } from '@/shared/ui/page';
import { outcomeOf } from '../changes';
import { PlanChanges, RefusedChanges } from './plan-changes';

/** What a run of the chapter loop came to besides prose: why it stopped, what it left, what it changed in the plan. */
export function Outcome({ run }: { run: RunRead }) {
  const { t, i18n } = useTranslation('runs');
  const { stopped, applied, refused, left } = outcomeOf(run.result);
  if (!stopped && applied.length + refused.length + left.length === 0) return null;
  const key = `outcome.stopped.${stopped ?? ''}`;
  // Older results hold the reason in the words of the time.
  const reason = (why: string) =>
    i18n.exists(`outcome.why.${why}`, { ns: 'runs' })
      ? t(`outcome.why.${why}` as 'outcome.why.refused')
      : why;
  return (
    <div className="mt-10">
      <Section title={t('outcome.title')}>
        <div className="flex flex-col gap-6">
          {stopped ? (
            <p className="text-ui">
              {i18n.exists(key, { ns: 'runs' })
                ? t(key as 'outcome.stopped.plan')
                : t('outcome.stopped.other')}
            </p>
          ) : null}
          {left.length > 0 ? (
            <div>
              <h3 className="text-ui font-medium">{t('outcome.left', { count: left.length })}</h3>
              <ul className="text-ui list-disc ps-5">
                {left.map(({ scene, why }) => (
                  <li key={scene}>
                    <Link
                      to="/n/$novel/write/{-$node}"
                      params={{ novel: run.novel_id, node: scene }}
                      className="decoration-line-2 underline underline-offset-4"
                    >
                      {t('outcome.look')}
                    </Link>{' '}
                    <span className="text-ink-2">{reason(why)}</span>
                  </li>
                ))}
              </ul>
            </div>
          ) : null}
          {applied.length > 0 ? (
            <div>
              <h3 className="text-ui mb-1 font-medium">
                {t('outcome.applied', { count: applied.length })}
              </h3>
              <PlanChanges changes={applied} />
            </div>
          ) : null}
          {refused.length > 0 ? (
            <div>
              <h3 className="text-ui mb-1 font-medium">
                {t('outcome.refused', { count: refused.length })}
              </h3>
              <RefusedChanges refused={refused} />
            </div>
          ) : null}
        </div>
      </Section>
    </div>
  );
}
