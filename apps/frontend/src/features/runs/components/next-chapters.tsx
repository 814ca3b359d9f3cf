import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query';
import { useNavigate } from '@tanstack/react-router';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { judgesQuery } from '@/shared/api/judge-queries';
import { keys } from '@/shared/api/keys';
import { estimateQuery, startRun } from '@/shared/api/run-queries';
import { Choice } from '@/shared/ui/choice';
import { TextField } from '@/shared/ui/fields';
import { usePrice, useWords } from '@/shared/ui/figures';
import { FormDialog } from '@/shared/ui/form-dialog';
import {
  bookWish,
  FAR,
  gatesWish,
  MOST_CHAPTERS,
  usualGates,
  type Drafts,
  type Far,
  type Gates,
  type Plans,
} from '../book-wish';
import { BesidesFields } from './besides-fields';
import { GateFields } from './gate-fields';

const TASK = 'director.write_book';

/** Starts continuous mode: how far, when to be asked, and what that is going to cost. */
export function NextChapters({ novel, onClose }: { novel: string; onClose: () => void }) {
  const { t } = useTranslation('runs');
  const words = useWords();
  const price = usePrice();
  const client = useQueryClient();
  const navigate = useNavigate();
  const [far, setFar] = useState<Far>('some');
  const [count, setCount] = useState('1');
  const [gates, setGates] = useState<Gates>(usualGates);
  const judges = useQuery(judgesQuery(novel));
  const [plans, setPlans] = useState<Plans>('1');
  const [drafts, setDrafts] = useState<Drafts>('1');
  const [read, setRead] = useState(false);
  const besides = {
    ...(plans === '1' ? {} : { alternatives: Number(plans) }),
    ...(judges.data?.decides ? { drafts: Number(drafts) } : {}),
    ...(read ? { read } : {}),
  };
  const wish = bookWish(far, count, besides);
  const waits = gatesWish(gates);
  const estimate = useQuery({
    ...estimateQuery(novel, TASK, wish ?? {}),
    enabled: wish !== null,
  });
  const start = useMutation({
    mutationFn: () => startRun(novel, TASK, wish ?? {}, waits ?? {}),
    onSuccess: (run) => {
      client.setQueryData(keys.run(run.id), run);
      void client.invalidateQueries({ queryKey: keys.runs() });
      onClose();
      void navigate({ to: '/n/$novel/runs/{-$run}', params: { novel, run: run.id } });
    },
  });
  const cost = estimate.data
    ? t('next.price', { words: words(estimate.data.words), price: price(estimate.data) })
    : null;
  return (
    <FormDialog
      wide
      title={t('next.title')}
      description={t('next.text')}
      submit={
        <>
          {t('next.go')}
          {cost ? <span className="figures font-normal opacity-80">{cost}</span> : null}
        </>
      }
      ready={wish !== null && waits !== null}
      pending={start.isPending}
      error={start.error}
      onSubmit={() => start.mutate()}
      onClose={onClose}
    >
      <Choice
        label={t('next.how')}
        value={far}
        options={FAR.map((value) => ({ value, label: t(`next.${value}`) }))}
        onChange={setFar}
      />
      {far === 'some' ? (
        <div className="w-32">
          <TextField
            label={t('next.count')}
            type="number"
            min={1}
            max={MOST_CHAPTERS}
            value={count}
            onChange={setCount}
          />
        </div>
      ) : null}
      <BesidesFields
        judges={judges.data}
        plans={plans}
        onPlans={setPlans}
        drafts={drafts}
        onDrafts={setDrafts}
        read={read}
        onRead={setRead}
      />
      <GateFields gates={gates} onChange={setGates} />
    </FormDialog>
  );
}
