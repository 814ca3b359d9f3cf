import { useQuery } from '@tanstack/react-query';
import { Link } from '@tanstack/react-router';
import { useState, type ReactNode } from 'react';
import { useTranslation } from 'react-i18next';
import { Button } from '@/shared/ui/button';
import { useWords } from '@/shared/ui/figures';
import { PageHead, Section } from '@/shared/ui/page';
import { ProblemNote } from '@/shared/ui/problem-note';
import { Views } from '@/shared/ui/views';
import { Empty, Waiting } from '@/shared/ui/waiting';
import { bands } from './arcs';
import { ArcHead, Turns } from './components/arc-head';
import { Board } from './components/board';
import { Branches } from './components/branches';
import { Cards } from './components/cards';
import { Entries } from './components/entries';
import { FurtherChapters } from './components/further-chapters';
import { LintNotes, LintSummary } from './components/lint-notes';
import { PromiseForm } from './components/promise-form';
import { Promises } from './components/promises';
import { issuesAt } from './lint';
import { outline, premiseOf } from './model';
import { entriesQuery, planQuery, treeQuery } from './queries';
import { VIEWS, type PlanView } from './search';

const MARKS = { empty: '○', outline: '◔', draft: '◑', done: '●' } as const;

interface PlanHeadProps {
  readonly view: PlanView;
  readonly onView: (view: PlanView) => void;
  readonly children?: ReactNode;
}

/** The title of the plan and its views. */
export function PlanHead({ view, onView, children }: PlanHeadProps) {
  const { t } = useTranslation('plan');
  return (
    <PageHead title={t('title')}>
      <Views
        label={t('views.label')}
        value={view}
        options={VIEWS.map((value) => ({ value, label: t(`views.${value}`) }))}
        onChange={onView}
      />
      {children}
    </PageHead>
  );
}

interface PlanPageProps {
  readonly novel: string;
  readonly language: string;
  readonly view: Exclude<PlanView, 'concept'>;
  readonly onView: (view: PlanView) => void;
}

/** What is meant to happen: the outline, the scenes as a board, or what the reader is promised. */
export function PlanPage({ novel, language, view, onView }: PlanPageProps) {
  const { t } = useTranslation(['plan', 'promises', 'outline']);
  const [adding, setAdding] = useState(false);
  const [further, setFurther] = useState(false);
  return (
    <>
      <PlanHead view={view} onView={onView}>
        {view === 'promises' ? (
          <Button variant="primary" onClick={() => setAdding(true)}>
            {t('promises:add')}
          </Button>
        ) : (
          <Button onClick={() => setFurther(true)}>{t('outline:open')}</Button>
        )}
      </PlanHead>
      {view === 'promises' ? <Promises novel={novel} language={language} /> : null}
      {view === 'outline' || view === 'board' ? <Branches {...{ novel, language }} /> : null}
      {view === 'outline' ? <Glance novel={novel} language={language} /> : null}
      {view === 'board' ? <Board novel={novel} language={language} /> : null}
      {adding ? (
        <PromiseForm novel={novel} language={language} onClose={() => setAdding(false)} />
      ) : null}
      {further ? (
        <FurtherChapters {...{ novel, language }} onClose={() => setFurther(false)} />
      ) : null}
    </>
  );
}

/** The book at a glance: premise, outline with how far each chapter is, and who lives in it. */
function Glance({ novel, language }: { novel: string; language: string }) {
  const { t } = useTranslation(['plan', 'common']);
  const words = useWords();
  const plan = useQuery(planQuery(novel));
  const tree = useQuery(treeQuery(novel));
  const entries = useQuery(entriesQuery(novel));
  const lines = outline(plan.data, tree.data);
  const premise = premiseOf(plan.data);
  const error = plan.error ?? tree.error;
  return (
    <>
      {plan.isPending && tree.isPending ? (
        <Waiting text={t('common:loading.book')} lines={5} />
      ) : null}
      {error && lines.length === 0 ? (
        <ProblemNote
          error={error}
          onRetry={() => {
            void plan.refetch();
            void tree.refetch();
          }}
        />
      ) : null}
      {premise ? (
        <Section title={t('premise')}>
          <p lang={language} className="prose-type max-w-prose">
            {premise}
          </p>
        </Section>
      ) : null}
      {lines.length > 0 ? (
        <Section title={t('outline')}>
          {plan.data ? <LintSummary novel={novel} plan={plan.data} /> : null}
          {bands(plan.data, lines).map((band) => (
            <section key={band.from} className="mb-6">
              {band.arc ? <ArcHead {...band} arc={band.arc} language={language} /> : null}
              <ol className="border-line divide-line divide-y border-y">
                {band.chapters.map((line) => (
                  <li
                    key={line.id}
                    className="grid grid-cols-[2rem_1fr_auto] items-baseline gap-x-3 py-3"
                  >
                    <span className="text-meta text-ink-3 figures text-end">{line.number}</span>
                    <div lang={language} className="min-w-0">
                      <Link
                        to="/n/$novel/write/{-$node}"
                        params={{ novel, node: line.id }}
                        className="text-ui decoration-line-2 font-medium underline-offset-4 hover:underline"
                      >
                        {line.title || t('untitled', { number: line.number })}
                      </Link>
                      <p className="text-ui text-ink-2">{line.oneLine ?? t('noLine')}</p>
                      <Turns arc={band.arc} chapter={line.id} />
                      <LintNotes novel={novel} issues={issuesAt(plan.data, 'chapter', line.id)} />
                      <Cards
                        novel={novel}
                        language={language}
                        entries={entries.data ?? []}
                        plan={plan.data}
                        scenes={
                          plan.data?.cards.filter((card) => card.chapter_id === line.id) ?? []
                        }
                      />
                    </div>
                    <span className="text-meta text-ink-2 figures text-end">
                      <span aria-hidden>{MARKS[line.status]} </span>
                      {line.words > 0 ? words(line.words) : t(`status.${line.status}`)}
                    </span>
                  </li>
                ))}
              </ol>
            </section>
          ))}
        </Section>
      ) : null}
      {plan.data && tree.data && lines.length === 0 ? <Empty text={t('empty')} /> : null}
      {entries.data ? <Entries novel={novel} entries={entries.data} language={language} /> : null}
    </>
  );
}
