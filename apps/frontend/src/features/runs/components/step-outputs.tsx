import { useTranslation } from 'react-i18next';
import type { StepRead } from '@/shared/api/types';
import { inWords, outputsOf, type Fault, type PlannedChapter, type Taken } from '../outputs';

/** What a step found wrong and what became of it, which plan was taken and why, and the cards it made. */
export function StepOutputs({ step }: { step: Pick<StepRead, 'outputs'> }) {
  const { t } = useTranslation('runs');
  const { faults, pick, cards, chapters } = outputsOf(step);
  if (faults.length + cards.length + chapters.length === 0 && !pick) return null;
  return (
    <div className="text-meta mt-1 flex max-w-prose flex-col gap-2">
      {pick ? <TakenPlan pick={pick} /> : null}
      {faults.length > 0 ? (
        <ul className="flex flex-col gap-1">
          {faults.map((fault, index) => (
            <FaultLine key={`${fault.rule}:${String(index)}`} fault={fault} />
          ))}
        </ul>
      ) : null}
      {chapters.length > 0 ? <PlannedChapters chapters={chapters} /> : null}
      {cards.length > 0 ? (
        <details>
          <summary className="target w-fit underline underline-offset-4">
            {t('outputs.cards', { count: cards.length })}
          </summary>
          <ol className="mt-1 list-decimal ps-5">
            {cards.map(({ title, goal, conflict, turn }, index) => (
              <li key={`${title}:${String(index)}`}>
                <span className="font-medium">{title}</span>
                <span className="text-ink-2">
                  {[goal, conflict, turn].filter(Boolean).map((line) => ` · ${line ?? ''}`)}
                </span>
              </li>
            ))}
          </ol>
        </details>
      ) : null}
    </div>
  );
}

function PlannedChapters({ chapters }: { chapters: readonly PlannedChapter[] }) {
  const { t } = useTranslation('runs');
  return (
    <details>
      <summary className="target w-fit underline underline-offset-4">
        {t('outputs.chapters', { count: chapters.length })}
      </summary>
      <ol className="mt-1">
        {chapters.map(({ number, title, one_line: line }) => (
          <li key={number}>
            <span className="figures text-ink-3 me-2">{number}</span>
            <span className="font-medium">{title}</span>
            {line ? <span className="text-ink-2"> · {line}</span> : null}
          </li>
        ))}
      </ol>
    </details>
  );
}

const LOOK = { repaired: 'text-agent', stands: 'text-doubt', refused: 'text-ink-2' } as const;

function FaultLine({ fault }: { fault: Fault }) {
  const { t, i18n } = useTranslation('runs');
  return (
    <li>
      <span className={LOOK[fault.fate]}>{t(`outputs.${fault.fate}`)}</span>
      {': '}
      {fault.where ? <span className="font-medium">{fault.where} – </span> : null}
      {inWords(fault.why, i18n.language)}
    </li>
  );
}

function TakenPlan({ pick }: { pick: Taken }) {
  const { t, i18n } = useTranslation('runs');
  return (
    <div>
      <p>
        <span className="font-medium">{t('outputs.taken', { alt: pick.alt, of: pick.of })}</span>{' '}
        {pick.why}
      </p>
      <details>
        <summary className="target w-fit underline underline-offset-4">
          {t('outputs.against')}
        </summary>
        <ul className="mt-1 list-disc ps-5">
          {pick.plans.map(({ alt, faults, critiques }) => {
            const told = [
              ...faults.map(({ why }) => inWords(why, i18n.language)),
              ...critiques.map(({ problem }) => problem),
            ];
            return (
              <li key={alt}>
                <span className="font-medium">{t('outputs.plan', { alt })}</span>{' '}
                {told.length > 0 ? told.join(' · ') : t('outputs.nothing')}
              </li>
            );
          })}
        </ul>
      </details>
    </div>
  );
}
