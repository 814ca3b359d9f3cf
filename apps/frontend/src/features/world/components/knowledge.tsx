import { useQuery } from '@tanstack/react-query';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { Button } from '@/shared/ui/button';
import { Select } from '@/shared/ui/select';
import { ProblemNote } from '@/shared/ui/problem-note';
import { Empty, Waiting } from '@/shared/ui/waiting';
import type { Moment } from '../moments';
import { knowledgeQuery } from '../queries';
import type { Knowledge as Matrix, KnowledgeCell } from '../types';
import { BeliefForm } from './belief-form';
import { EvidenceList } from './evidence';

const READER = 'READER';
const STATES = ['knows', 'suspects', 'believes_wrongly', 'hides', 'unknown'] as const;
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
      <p className="text-ui text-ink-2 mb-6 max-w-prose">{t('knowledge.text')}</p>
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
          knower={knower ?? { id: '', name: '' }}
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
  readonly knower: Matrix['knowers'][number];
}

function StateGroup({ state, novel, language, moment, matrix, knower }: GroupProps) {
  const { t } = useTranslation('world');
  const [asked, setAsked] = useState<string | null>(null);
  const cells = new Map(
    matrix.cells.filter((cell) => cell.knower === knower.id).map((cell) => [cell.fact_id, cell]),
  );
  const facts = matrix.facts.filter((fact) => (cells.get(fact.id)?.state ?? 'unknown') === state);
  if (facts.length === 0) return null;
  const changed = facts.find((fact) => fact.id === asked);
  return (
    <section className="mb-8">
      <h2 className="text-section mb-1 font-semibold">{t(`knowledge.states.${state}`)}</h2>
      <ul className="border-line divide-line divide-y border-y">
        {facts.map((fact) => (
          <FactLine
            key={fact.id}
            novel={novel}
            language={language}
            text={fact.text}
            cell={cells.get(fact.id)}
            onChange={
              knower.id === READER
                ? undefined
                : { name: knower.name, open: () => setAsked(fact.id) }
            }
          />
        ))}
      </ul>
      {changed ? (
        <BeliefForm
          novel={novel}
          language={language}
          moment={moment}
          knower={knower}
          fact={changed}
          now={state}
          belief={cells.get(changed.id)?.belief_id ?? null}
          onClose={() => setAsked(null)}
        />
      ) : null}
    </section>
  );
}

interface FactLineProps {
  readonly novel: string;
  readonly language: string;
  readonly text: string;
  readonly cell: KnowledgeCell | undefined;
  readonly onChange?: { readonly name: string; readonly open: () => void } | undefined;
}

function FactLine({ novel, language, text, cell, onChange }: FactLineProps) {
  const { t, i18n } = useTranslation('world');
  const via = `knowledge.via.${cell?.via ?? ''}`;
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
      {onChange ? (
        <Button
          variant="link"
          className="text-meta self-start"
          aria-label={t('knowledge.set', { name: onChange.name, fact: text })}
          onClick={onChange.open}
        >
          {t('knowledge.change')}
        </Button>
      ) : null}
    </li>
  );
}
