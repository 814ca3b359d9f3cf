import { useQuery } from '@tanstack/react-query';
import { useState, type FormEvent } from 'react';
import { useTranslation } from 'react-i18next';
import { estimateQuery } from '@/shared/api/run-queries';
import { Button } from '@/shared/ui/button';
import { usePrice } from '@/shared/ui/figures';
import { ProblemNote } from '@/shared/ui/problem-note';
import { useEscape } from '../hooks/use-escape';
import { targetOf } from '../runs/target';
import { useAsk, type ToolBoxProps } from './rewrite-box';

const SENSES = ['sight', 'sound', 'smell', 'touch', 'taste', 'metaphor', 'inner'] as const;
type Sense = (typeof SENSES)[number];
const USUAL: readonly Sense[] = ['sight', 'sound', 'smell', 'touch'];

/** Asks by which senses the selected words are to be described. */
export function DescribeBox(props: ToolBoxProps) {
  const { session, selected, onClose } = props;
  const { t } = useTranslation('proposals');
  const price = usePrice();
  const [senses, setSenses] = useState<readonly Sense[]>(USUAL);
  const target = targetOf(session, selected);
  const estimate = useQuery({
    ...estimateQuery(session.options.novel, 'writer.describe', { ...target?.input, senses }),
    enabled: target !== null && senses.length > 0,
  });
  const { ask, isPending, error } = useAsk(props);
  useEscape(onClose);
  const cost = price(estimate.data);
  const toggle = (sense: Sense) =>
    setSenses((held) =>
      held.includes(sense)
        ? held.filter((one) => one !== sense)
        : SENSES.filter((one) => one === sense || held.includes(one)),
    );
  const submit = (event: FormEvent) => {
    event.preventDefault();
    if (senses.length > 0) ask('writer.describe', { senses });
  };
  return (
    <form onSubmit={submit} className="flex w-[min(24rem,calc(100vw-4rem))] flex-col gap-3 p-4">
      <fieldset disabled={isPending}>
        <legend className="text-small text-ink-3 mb-1">{t('describe.senses')}</legend>
        <div className="flex flex-wrap gap-1">
          {SENSES.map((sense, index) => (
            <Button
              key={sense}
              variant="quiet"
              size="small"
              autoFocus={index === 0}
              aria-pressed={senses.includes(sense)}
              className={senses.includes(sense) ? 'bg-line text-ink' : ''}
              onClick={() => toggle(sense)}
            >
              {t(`describe.sense.${sense}`)}
            </Button>
          ))}
        </div>
      </fieldset>
      <div className="flex items-center gap-4">
        <Button
          type="submit"
          variant="primary"
          aria-label={`${t('describe.go')} · ${cost}`}
          disabled={isPending || senses.length === 0}
        >
          {t('describe.go')}
        </Button>
        <span className="text-small text-ink-3 figures">{cost}</span>
      </div>
      {error ? <ProblemNote error={error} /> : null}
    </form>
  );
}
