import { useQuery } from '@tanstack/react-query';
import { useState, type FormEvent } from 'react';
import { useTranslation } from 'react-i18next';
import { problemOf } from '@/shared/api/problems';
import { Button } from '@/shared/ui/button';
import { Dialog, DialogActions } from '@/shared/ui/dialog';
import { Field } from '@/shared/ui/field';
import { ProblemNote } from '@/shared/ui/problem-note';
import { Select } from '@/shared/ui/select';
import { Waiting } from '@/shared/ui/waiting';
import { anchorOf, emptyValue, wishOf, type FactValue } from '../fact-wish';
import { kindOf, predicatesFor } from '../model';
import { ticksOf, type Moment } from '../moments';
import { predicatesQuery, treeQuery, useWorldAct } from '../queries';
import { rippleQuery } from '../ripple-queries';
import { rippleSize } from '../ripples';
import type { EntryDetail, FactHow, FactView } from '../types';
import { FactValueField } from './fact-value';
import { RippleList } from './ripple-list';

interface FactFormProps {
  readonly novel: string;
  readonly language: string;
  readonly entry: EntryDetail['entry'];
  readonly moment: Moment;
  /** What holds of the entry at the moment: named when one of them stands in the way. */
  readonly known: readonly FactView[];
  /** The value that changes "from here on"; without one a new fact is stated. */
  readonly from?: FactView | undefined;
  readonly onClose: () => void;
  /** A value that something rested on was changed. */
  readonly onChanged: (fact: FactView) => void;
}

const ALWAYS = 'always';
/** The ways out when a value stands in the way, in the order in which they change least. */
const WAYS = ['split', 'replace', 'dispute'] as const satisfies readonly FactHow[];

/** States a fact of an entry: what, which value, from which scene and until which. */
export function FactForm(props: FactFormProps) {
  const { novel, language, entry, moment, known, from, onClose, onChanged } = props;
  const { t } = useTranslation(['world', 'common']);
  const registry = useQuery(predicatesQuery(novel, language));
  const ticks = ticksOf(useQuery(treeQuery(novel)).data);
  const [key, setKey] = useState(from?.predicate ?? '');
  const [value, setValue] = useState<FactValue>(emptyValue);
  const [since, setSince] = useState(
    moment.scene ?? (from ? (ticks.at(-1)?.scene ?? ALWAYS) : ALWAYS),
  );
  const [until, setUntil] = useState(ALWAYS);
  const act = useWorldAct(novel);
  const all = predicatesFor(registry.data ?? [], kindOf(entry.kind));
  const chosen = all.find((one) => one.key === key) ?? all[0];
  const wish = chosen && wishOf(entry.id, chosen, value, anchorOf(since), anchorOf(until));
  const problem = act.error ? problemOf(act.error) : null;
  const clash = problem?.code === 'single-valued-overlap' ? problem : null;
  const standing = known.find((fact) => fact.id === clash?.params?.fact_id);
  const old = from ?? standing;
  const ripple = useQuery({ ...rippleQuery(novel, old?.id ?? ''), enabled: old !== undefined });
  const rests = ripple.data ? rippleSize(ripple.data) : 0;
  const save = (how?: FactHow) => {
    if (!wish) return;
    act.mutate(
      { do: 'add-fact', fact: { ...wish, how: how ?? 'progress' } },
      {
        onSuccess: () => {
          const changed = how === 'dispute' ? undefined : (from ?? (how ? standing : undefined));
          if (changed && rests > 0) onChanged(changed);
          else onClose();
        },
      },
    );
  };
  const submit = (event: FormEvent) => {
    event.preventDefault();
    save();
  };
  const scenes = ticks.map((tick) => ({
    value: tick.scene,
    label: [t('asOf.scene', { chapter: tick.chapter, number: tick.number }), tick.title]
      .filter(Boolean)
      .join(' · '),
  }));
  return (
    <Dialog
      open
      onOpenChange={onClose}
      title={from ? t('fact.fromHereOnTitle', { fact: from.label }) : t('fact.add')}
      description={from ? t('fact.sofar', { value: from.value_text }) : undefined}
    >
      {registry.isPending ? <Waiting text={t('loading')} /> : null}
      {registry.error ? <ProblemNote error={registry.error} /> : null}
      {chosen ? (
        <form onSubmit={submit} className="flex flex-col gap-4">
          {from ? null : (
            <Field label={t('fact.what')} hint={chosen.explain}>
              {(described) => (
                <Select
                  value={chosen.key}
                  options={all.map((one) => ({ value: one.key, label: one.label }))}
                  onValueChange={(next) => {
                    setKey(next);
                    setValue(emptyValue);
                  }}
                  {...described}
                />
              )}
            </Field>
          )}
          <FactValueField
            novel={novel}
            language={language}
            predicate={chosen}
            except={entry.id}
            value={value}
            onChange={setValue}
          />
          <div className="grid gap-4 sm:grid-cols-2">
            <Field label={t('fact.since')}>
              {(described) => (
                <Select
                  value={since}
                  options={[{ value: ALWAYS, label: t('fact.always') }, ...scenes]}
                  onValueChange={setSince}
                  {...described}
                />
              )}
            </Field>
            <Field label={t('fact.untilWhen')}>
              {(described) => (
                <Select
                  value={until}
                  options={[{ value: ALWAYS, label: t('fact.open') }, ...scenes]}
                  onValueChange={setUntil}
                  {...described}
                />
              )}
            </Field>
          </div>
          {ripple.data && rests > 0 ? (
            <details>
              <summary className="text-meta target w-fit underline underline-offset-4">
                {t('ripple.sofar', { count: rests })}
              </summary>
              <div className="mt-2">
                <RippleList
                  novel={novel}
                  language={language}
                  ripple={ripple.data}
                  changed={false}
                />
              </div>
            </details>
          ) : null}
          {problem && !clash ? <ProblemNote error={problem} text={t('unchanged')} /> : null}
          {clash ? (
            <div role="alert" className="border-doubt flex flex-col gap-2 border-s-2 ps-4">
              <p className="text-ui">
                {standing ? t('fact.clashWith', { value: standing.value_text }) : t('fact.clash')}
              </p>
              {WAYS.map((how) => (
                <Button
                  key={how}
                  className="h-auto justify-start text-start whitespace-normal"
                  disabled={act.isPending}
                  onClick={() => save(how)}
                >
                  <span>
                    {t(`fact.how.${how}`)}
                    <span className="text-meta text-ink-2 block font-normal">
                      {t(`fact.howHint.${how}`)}
                    </span>
                  </span>
                </Button>
              ))}
            </div>
          ) : null}
          <DialogActions>
            <Button variant="quiet" onClick={onClose}>
              {t('common:actions.cancel')}
            </Button>
            <Button type="submit" variant="primary" disabled={!wish || act.isPending}>
              {t('common:actions.save')}
            </Button>
          </DialogActions>
        </form>
      ) : null}
    </Dialog>
  );
}
