import { useQuery } from '@tanstack/react-query';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { Select } from '@/shared/ui/select';
import { ProblemNote } from '@/shared/ui/problem-note';
import { Empty, Waiting } from '@/shared/ui/waiting';
import type { Moment } from '../moments';
import { knowledgeQuery, useWorldAct } from '../queries';
import type { Knowledge as Matrix, KnowledgeCell, Stance } from '../types';
import { EvidenceList } from './evidence';

const READER = 'READER';
const STATES = ['knows', 'suspects', 'believes_wrongly', 'hides', 'unknown'] as const;
/** What an author can set with one choice; a wrong belief needs its own words and comes from the text. */
const SET = ['knows', 'suspects', 'unknown'] as const satisfies readonly Stance[];

interface KnowledgeProps {
  readonly novel: string;
  readonly language: string;
  readonly moment: Moment;
}

/** Who knows, suspects, believes wrongly and hides what, at a moment; the reader is one of them. */
export function Knowledge({ novel, language, moment }: KnowledgeProps) {
  const { t, i18n } = useTranslation('world');
  const found = useQuery({ ...knowledgeQuery(novel, moment), placeholderData: (before) => before });
  const [chosen, setChosen] = useState<string | null>(null);
  if (found.isPending) return <Waiting text={t('loading')} lines={5} />;
  if (found.error) {
    return <ProblemNote error={found.error} onRetry={() => void found.refetch()} />;
  }
  const { facts, knowers, not_evaluated: missing } = found.data;
  if (facts.length === 0 || knowers.length === 0) return <Empty text={t('knowledge.empty')} />;
  const knower = knowers.find((one) => one.id === chosen) ?? knowers[0];
  return (
    <>
      <label className="mb-8 flex flex-wrap items-center gap-3">
        <span className="text-ui font-medium">{t('knowledge.who')}</span>
        <Select
          value={knower?.id ?? ''}
          className="w-64"
          options={knowers.map(({ id, name }) => ({
            value: id,
            label: id === READER ? t('knowledge.reader') : name,
          }))}
          onValueChange={setChosen}
        />
      </label>
      {STATES.map((state) => (
        <StateGroup
          key={state}
          state={state}
          novel={novel}
          language={language}
          moment={moment}
          matrix={found.data}
          knower={knower?.id ?? ''}
        />
      ))}
      {missing.length > 0 ? (
        <p className="text-meta text-ink-3">
          {t('knowledge.notEvaluated', {
            reasons: missing
              .map(({ check, reason }) => {
                const known = `knowledge.missing.${check}`;
                const words = i18n.exists(known, { ns: 'world' });
                return words ? t(known as 'knowledge.missing.told') : reason;
              })
              .join(' · '),
          })}
        </p>
      ) : null}
    </>
  );
}

interface GroupProps extends KnowledgeProps {
  readonly state: (typeof STATES)[number];
  readonly matrix: Matrix;
  readonly knower: string;
}

function StateGroup({ state, novel, language, moment, matrix, knower }: GroupProps) {
  const { t } = useTranslation('world');
  const act = useWorldAct(novel);
  const cells = new Map(
    matrix.cells.filter((cell) => cell.knower === knower).map((cell) => [cell.fact_id, cell]),
  );
  const facts = matrix.facts.filter((fact) => (cells.get(fact.id)?.state ?? 'unknown') === state);
  if (facts.length === 0) return null;
  const set = (fact: string, stance: Stance) =>
    act.mutate({
      do: 'know',
      change: {
        knower,
        fact_id: fact,
        stance,
        ...(moment.scene
          ? { from: { kind: 'scene' as const, ref: moment.scene, edge: 'start' as const } }
          : {}),
      },
    });
  return (
    <section className="mb-8">
      <h2 className="text-section mb-1 font-semibold">{t(`knowledge.states.${state}`)}</h2>
      {act.error ? <ProblemNote error={act.error} text={t('unchanged')} /> : null}
      <ul className="border-line divide-line divide-y border-y">
        {facts.map((fact) => (
          <FactLine
            key={fact.id}
            novel={novel}
            language={language}
            text={fact.text}
            cell={cells.get(fact.id)}
            state={state}
            onSet={knower === READER ? undefined : (stance) => set(fact.id, stance)}
          />
        ))}
      </ul>
    </section>
  );
}

interface FactLineProps {
  readonly novel: string;
  readonly language: string;
  readonly text: string;
  readonly cell: KnowledgeCell | undefined;
  readonly state: (typeof STATES)[number];
  readonly onSet?: ((stance: Stance) => void) | undefined;
}

function FactLine({ novel, language, text, cell, state, onSet }: FactLineProps) {
  const { t, i18n } = useTranslation('world');
  const via = `knowledge.via.${cell?.via ?? ''}`;
  const options = SET.includes(state as (typeof SET)[number]) ? SET : [state, ...SET];
  return (
    <li className="grid items-center gap-x-6 gap-y-1 py-2 sm:grid-cols-[1fr_auto]">
      <div className="min-w-0">
        <p lang={language} className="text-ui">
          {text}
        </p>
        {cell?.believed ? (
          <p className="text-meta text-doubt">
            {t('knowledge.believes', { value: cell.believed })}
          </p>
        ) : null}
        {i18n.exists(via, { ns: 'world' }) ? (
          <p className="text-small text-ink-3">{t(via as 'knowledge.via.told')}</p>
        ) : null}
        <EvidenceList novel={novel} language={language} evidence={cell?.evidence ?? []} />
      </div>
      {onSet ? (
        <Select
          value={state}
          aria-label={t('knowledge.set', { fact: text })}
          className="w-40"
          options={options.map((value) => ({ value, label: t(`knowledge.states.${value}`) }))}
          onValueChange={(next) => {
            const stance = SET.find((one) => one === next);
            if (stance) onSet(stance);
          }}
        />
      ) : null}
    </li>
  );
}
