import { useQuery } from '@tanstack/react-query';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { Button } from '@/shared/ui/button';
import { PageHead, Section } from '@/shared/ui/page';
import { ProblemNote } from '@/shared/ui/problem-note';
import { Select } from '@/shared/ui/select';
import { Waiting } from '@/shared/ui/waiting';
import { ChapterReading } from './components/chapter-reading';
import { FindingLine } from './components/finding-line';
import { ReadingState } from './components/reading-state';
import { byScene, reasonKey, stopsOf, type Stop } from './findings';
import { findingsQuery, treeQuery, useReading } from './queries';

interface ReviewPageProps {
  readonly novel: string;
  readonly language: string;
}

/** What the rules doubt in the text, with both sides; and what they could not judge. */
export function ReviewPage({ novel, language }: ReviewPageProps) {
  const { t, i18n } = useTranslation('review');
  const found = useQuery(findingsQuery(novel));
  const tree = useQuery(treeQuery(novel));
  const stops = stopsOf(tree.data);
  const place = (stop: Stop) => t('place', { number: stop.number, title: stop.title });
  const missing = found.data?.not_evaluated ?? [];
  const word = (key: string, otherwise: string) =>
    i18n.exists(key, { ns: 'review' }) ? t(key as 'title') : otherwise;
  return (
    <>
      <PageHead title={t('title')} />
      <p className="text-ui text-ink-2 mb-8 max-w-prose">{t('text')}</p>
      {tree.data ? (
        <Check novel={novel} stops={stops.filter((stop) => stop.words > 0)} place={place} />
      ) : null}
      {tree.error ? <ProblemNote error={tree.error} onRetry={() => void tree.refetch()} /> : null}
      {found.isPending ? <Waiting text={t('loading')} lines={4} /> : null}
      {found.error ? (
        <ProblemNote error={found.error} onRetry={() => void found.refetch()} />
      ) : null}
      {found.data?.items.length === 0 ? (
        <p className="text-ui text-ink-2 mb-10">{t('none')}</p>
      ) : null}
      {byScene(found.data?.items ?? [], stops).map(({ stop, findings }) => (
        <section key={stop?.scene ?? 'none'} className="mb-10">
          <h2 lang={stop ? language : undefined} className="text-section mb-1 font-semibold">
            {stop ? place(stop) : t('noScene')}
          </h2>
          <ul className="border-line divide-line divide-y border-y">
            {findings.map((finding) => (
              <FindingLine key={finding.id} novel={novel} language={language} finding={finding} />
            ))}
          </ul>
        </section>
      ))}
      <ChapterReading novel={novel} language={language} />
      {missing.length > 0 ? (
        <Section title={t('notEvaluated.title')}>
          <ul className="text-meta text-ink-2 flex flex-col gap-1">
            {missing.map(({ rule, reason, count }) => (
              <li key={`${rule}/${reason}`}>
                {t('notEvaluated.line', {
                  rule: word(`rules.${rule}`, rule),
                  reason: word(`notEvaluated.reasons.${reasonKey(reason)}`, reason),
                  count: count ?? 1,
                })}
              </li>
            ))}
          </ul>
        </Section>
      ) : null}
    </>
  );
}

interface CheckProps {
  readonly novel: string;
  readonly stops: readonly Stop[];
  readonly place: (stop: Stop) => string;
}

/** Checks a scene now, as it stands. */
function Check({ novel, stops, place }: CheckProps) {
  const { t } = useTranslation('review');
  const [chosen, setChosen] = useState('');
  const check = useReading(novel);
  const scene = stops.find((stop) => stop.scene === chosen) ?? stops[0];
  if (!scene) return <p className="text-meta text-ink-3 mb-8">{t('nothingWritten')}</p>;
  return (
    <div className="mb-10">
      <div className="flex flex-wrap items-center gap-3">
        <Select
          value={scene.scene}
          aria-label={t('check')}
          className="w-80 max-w-full"
          options={stops.map((stop) => ({ value: stop.scene, label: place(stop) }))}
          onValueChange={setChosen}
        />
        <Button
          variant="primary"
          disabled={check.busy}
          onClick={() => check.go({ task: 'editor.check', input: { scene: scene.scene } })}
        >
          {check.busy ? t('checking') : t('checkGo')}
        </Button>
        <Button
          disabled={check.busy}
          onClick={() => check.go({ task: 'editor.judge_pair', input: { scene: scene.scene } })}
        >
          {t('judge')}
        </Button>
        <span className="text-meta text-ink-3">{t('checkHint')}</span>
      </div>
      <ReadingState novel={novel} reading={check} />
    </div>
  );
}
