import { useQuery } from '@tanstack/react-query';
import { useDeferredValue, useState } from 'react';
import { useTranslation } from 'react-i18next';
import type { CallRead } from '@/shared/api/types';
import { formatMoney, formatNumber } from '@/shared/i18n/format';
import { Button } from '@/shared/ui/button';
import { AreaField, SelectField } from '@/shared/ui/fields';
import { ProblemNote } from '@/shared/ui/problem-note';
import { callPlaceQuery, modelsQuery } from '../queries';
import { type ReplayChange, replayPreviewQuery, unchanged, useReplay } from '../replaying';
import { Full } from './parts';
import { ReplayParts } from './replay-parts';
import { ReplayResult } from './replay-result';

interface ReplayProps {
  readonly novel: string;
  readonly receipt: CallRead;
}

/** A call once more: without some parts, in other words, by another model. The price is told before it is sent. */
export function Replay({ novel, receipt }: ReplayProps) {
  const { t } = useTranslation(['runs', 'prompts']);
  const [change, setChange] = useState(() => unchanged(receipt));
  const send = useReplay(novel, receipt);
  const patch = (part: Partial<ReplayChange>) => setChange({ ...change, ...part });
  if (send.data) {
    return <ReplayResult receipt={receipt} run={send.data.id} onAgain={() => send.reset()} />;
  }
  return (
    <section
      aria-label={t('replay.title')}
      className="border-line flex flex-col gap-5 border-t pt-4"
    >
      <p className="text-ui text-ink-2 max-w-prose">{t('replay.text')}</p>
      {receipt.parts.some((part) => part.removable) ? (
        <ReplayParts
          novel={novel}
          receipt={receipt}
          without={change.without}
          onChange={(without) => patch({ without })}
        />
      ) : null}
      {receipt.wording ? (
        <details>
          <summary className="text-meta target w-fit underline underline-offset-4">
            {t('replay.wording')}
          </summary>
          <div className="mt-3 flex flex-col gap-4">
            {receipt.wording.system ? (
              <AreaField
                label={t('prompts:system')}
                rows={6}
                maxLength={20_000}
                value={change.system}
                onChange={(system) => patch({ system })}
              />
            ) : null}
            <AreaField
              label={t('prompts:task')}
              hint={receipt.wording.variables.map((one) => `{{${one}}}`).join(' · ')}
              rows={8}
              maxLength={20_000}
              value={change.task}
              onChange={(task) => patch({ task })}
            />
          </div>
        </details>
      ) : null}
      <ModelField value={change.model} onChange={(model) => patch({ model })} />
      <Price receipt={receipt} change={change} />
      {receipt.is_typed ? null : <Unplaced novel={novel} call={receipt.id} />}
      {send.error ? <ProblemNote error={send.error} /> : null}
      <Button
        variant="primary"
        className="self-start"
        disabled={send.isPending || !change.task.trim()}
        onClick={() => send.mutate(change)}
      >
        {t('replay.go')}
      </Button>
    </section>
  );
}

function ModelField(props: {
  readonly value: ReplayChange['model'];
  readonly onChange: (model: ReplayChange['model']) => void;
}) {
  const { t } = useTranslation(['runs', 'common']);
  const models = useQuery(modelsQuery);
  const keyOf = (one: { endpoint_id: string; model: string }) => `${one.endpoint_id} ${one.model}`;
  const options = [
    { value: '', label: t('replay.asBefore') },
    ...(models.data ?? []).map((one) => ({
      value: keyOf(one),
      label: one.demo ? t('common:demo.model') : `${one.provider_label} · ${one.model}`,
    })),
  ];
  return (
    <SelectField
      label={t('replay.model')}
      value={props.value ? keyOf(props.value) : ''}
      options={options}
      onChange={(key) => {
        const found = models.data?.find((one) => keyOf(one) === key);
        props.onChange(found ? { endpoint_id: found.endpoint_id, model: found.model } : null);
      }}
    />
  );
}

/** Said before anybody pays: there is no place where the new prose could be proposed. */
function Unplaced({ novel, call }: { readonly novel: string; readonly call: string }) {
  const { t } = useTranslation('runs');
  const place = useQuery(callPlaceQuery(novel, call));
  return place.data === null ? <p className="text-ui">{t('replay.noPlace')}</p> : null;
}

/** Tokens and price of what would be sent now, and its words. */
function Price({ receipt, change }: { receipt: CallRead; change: ReplayChange }) {
  const { t, i18n } = useTranslation(['runs', 'common']);
  const settled = useDeferredValue(change);
  const preview = useQuery(replayPreviewQuery(receipt, settled));
  if (preview.error) return <ProblemNote error={preview.error} />;
  if (!preview.data) return <p className="text-ui text-ink-3">{t('replay.looking')}</p>;
  const { tokens_in, tokens_out, low, high, basis, messages } = preview.data;
  const number = (value: number) => formatNumber(value, i18n.language);
  const money = (value: number) => formatMoney(value, i18n.language);
  const price =
    basis === 'private'
      ? t('common:price.private')
      : basis === 'unknown'
        ? t('common:price.unknown')
        : basis === 'free'
          ? t('common:price.free')
          : t('common:price.range', { low: money(low), high: money(high) });
  return (
    <div aria-live="polite">
      <p className="text-ui text-ink-2 figures">
        {t('replay.estimate', { in: number(tokens_in), out: number(tokens_out), price })}
      </p>
      <Full name={t('replay.words')} text={messages.map((one) => one.text).join('\n\n———\n\n')} />
    </div>
  );
}
