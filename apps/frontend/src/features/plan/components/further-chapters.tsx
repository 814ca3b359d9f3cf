import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query';
import { useNavigate } from '@tanstack/react-router';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { keys } from '@/shared/api/keys';
import { estimateQuery, startRun } from '@/shared/api/run-queries';
import { Choice } from '@/shared/ui/choice';
import { AreaField, SelectField, TextField, Tick } from '@/shared/ui/fields';
import { usePrice } from '@/shared/ui/figures';
import { FormDialog } from '@/shared/ui/form-dialog';
import { MOST_CHAPTERS, outlineWish } from '../arcs';
import { planQuery } from '../queries';

const TASK = 'director.outline';
const FAR = ['some', 'end'] as const;

interface FurtherChaptersProps {
  readonly novel: string;
  readonly language: string;
  readonly onClose: () => void;
}

/** Has further chapters planned: how many or on to the end, in which arc, and what the author wants of them. */
export function FurtherChapters({ novel, language, onClose }: FurtherChaptersProps) {
  const { t } = useTranslation('outline');
  const price = usePrice();
  const client = useQueryClient();
  const navigate = useNavigate();
  const arcs = useQuery(planQuery(novel)).data?.arcs ?? [];
  const [far, setFar] = useState<(typeof FAR)[number]>('some');
  const [count, setCount] = useState('3');
  const [arc, setArc] = useState('');
  const [instruction, setInstruction] = useState('');
  const [asks, setAsks] = useState(false);
  const wish = outlineWish(far, count, arc, instruction);
  const estimate = useQuery({
    ...estimateQuery(novel, TASK, outlineWish(far, count, arc, '') ?? {}),
    enabled: wish !== null,
  });
  const start = useMutation({
    mutationFn: () => startRun(novel, TASK, wish ?? {}, { plan: asks ? 'ask' : 'auto' }),
    onSuccess: (run) => {
      client.setQueryData(keys.run(run.id), run);
      void client.invalidateQueries({ queryKey: keys.runs() });
      onClose();
      void navigate({ to: '/n/$novel/runs/{-$run}', params: { novel, run: run.id } });
    },
  });
  return (
    <FormDialog
      title={t('title')}
      description={t('text')}
      submit={
        <>
          {t('go')}
          {estimate.data ? (
            <span className="figures font-normal opacity-80">{price(estimate.data)}</span>
          ) : null}
        </>
      }
      ready={wish !== null}
      pending={start.isPending}
      error={start.error}
      onSubmit={() => start.mutate()}
      onClose={onClose}
    >
      <Choice
        label={t('far')}
        value={far}
        options={FAR.map((value) => ({ value, label: t(value) }))}
        onChange={setFar}
      />
      {far === 'some' ? (
        <div className="w-32">
          <TextField
            label={t('count')}
            type="number"
            min={1}
            max={MOST_CHAPTERS}
            value={count}
            onChange={setCount}
          />
        </div>
      ) : null}
      {arcs.length > 0 ? (
        <SelectField
          label={t('arc')}
          value={arc}
          options={[
            { value: '', label: t('anyArc') },
            ...arcs.map(({ id, title }) => ({ value: id, label: title })),
          ]}
          onChange={setArc}
        />
      ) : null}
      <AreaField label={t('wish')} lang={language} value={instruction} onChange={setInstruction} />
      <Tick label={t('ask')} checked={asks} onChange={setAsks} />
    </FormDialog>
  );
}
