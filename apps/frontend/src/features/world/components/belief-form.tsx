import { useQuery } from '@tanstack/react-query';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { Choice } from '@/shared/ui/choice';
import { ProblemNote } from '@/shared/ui/problem-note';
import { Waiting } from '@/shared/ui/waiting';
import { SelectField } from '@/shared/ui/fields';
import { FormDialog } from '@/shared/ui/form-dialog';
import { beliefWish, type Holding } from '../beliefs';
import { emptyValue, type FactValue } from '../fact-wish';
import { ticksOf, type Moment } from '../moments';
import { entryQuery, factsQuery, predicatesQuery, treeQuery, useWorldAct } from '../queries';
import { FactValueField } from './fact-value';

const HOLDINGS = ['knows', 'suspects', 'believes_wrongly', 'hides', 'unknown'] as const;

interface BeliefFormProps {
  readonly novel: string;
  readonly language: string;
  readonly moment: Moment;
  readonly knower: { readonly id: string; readonly name: string };
  readonly fact: { readonly id: string; readonly text: string };
  /** How it stands at the moment. */
  readonly now: Holding;
  /** The row that says so; without one it follows from something else. */
  readonly belief: string | null;
  readonly onClose: () => void;
}

/** What somebody thinks of a fact from a scene on: knows it, suspects it, hides it, or believes otherwise. */
export function BeliefForm(props: BeliefFormProps) {
  const { novel, language, moment, knower, fact, now, belief, onClose } = props;
  const { t } = useTranslation(['world', 'common']);
  const [holding, setHolding] = useState<Holding>(now);
  const [value, setValue] = useState<FactValue>(emptyValue);
  const [since, setSince] = useState(moment.scene ?? '');
  const ticks = ticksOf(useQuery(treeQuery(novel)).data);
  const facts = useQuery(factsQuery(novel));
  const registry = useQuery(predicatesQuery(novel, language));
  const whole = facts.data?.find((one) => one.id === fact.id);
  const predicate = registry.data?.find((one) => one.key === whole?.predicate);
  // Only the page of the one who hides it says from whom.
  const keeps = now === 'hides' && holding === 'hides' && belief !== null;
  const page = useQuery({ ...entryQuery(novel, knower.id, moment), enabled: keeps });
  const act = useWorldAct(novel);
  const change = beliefWish({
    knower: knower.id,
    fact: fact.id,
    holding,
    hidesFrom: keeps ? page.data?.beliefs.find((one) => one.id === belief)?.hides_from : undefined,
    since,
    value,
    predicate,
  });
  const submit = () => {
    if (change) act.mutate({ do: 'know', change }, { onSuccess: onClose });
  };
  const wrong = holding === 'believes_wrongly';
  return (
    <FormDialog
      title={knower.name}
      description={<span lang={language}>{fact.text}</span>}
      ready={change !== null && !(keeps && !page.data)}
      pending={act.isPending}
      error={act.error}
      errorText={t('unchanged')}
      onSubmit={submit}
      onClose={onClose}
    >
      <Choice
        label={t('knowledge.holds')}
        value={holding}
        options={HOLDINGS.map((value) => ({ value, label: t(`knowledge.states.${value}`) }))}
        onChange={setHolding}
      />
      {holding === 'hides' ? (
        <p className="text-meta text-ink-2">{t('knowledge.hidesHint')}</p>
      ) : null}
      {wrong && predicate ? (
        <>
          <p className="text-meta text-ink-2">{t('knowledge.wrongHint')}</p>
          <FactValueField
            novel={novel}
            language={language}
            predicate={{ ...predicate, qualifiers: [] }}
            except={whole?.subject_id ?? ''}
            value={value}
            onChange={setValue}
          />
        </>
      ) : null}
      {wrong && !predicate ? <Waiting text={t('loading')} /> : null}
      <SelectField
        label={t('fact.since')}
        value={since}
        options={[
          { value: '', label: t('fact.always') },
          ...ticks.map((tick) => ({
            value: tick.scene,
            label: [t('asOf.scene', { chapter: tick.chapter, number: tick.number }), tick.title]
              .filter(Boolean)
              .join(' · '),
          })),
        ]}
        onChange={setSince}
      />
      {keeps && page.error ? (
        <ProblemNote error={page.error} onRetry={() => void page.refetch()} />
      ) : null}
    </FormDialog>
  );
}
