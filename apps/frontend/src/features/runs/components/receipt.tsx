import { useQuery } from '@tanstack/react-query';
import { useTranslation } from 'react-i18next';
import { formatDate, formatMoney, formatNumber } from '@/shared/i18n/format';
import { ProblemNote } from '@/shared/ui/problem-note';
import { Waiting } from '@/shared/ui/waiting';
import { callQuery } from '../queries';
import { Full, Parts } from './parts';

/** What was sent to a model, why each part was chosen or left out, and what came back. */
export function Receipt({ novel, call }: { novel: string; call: string }) {
  const { t, i18n } = useTranslation(['runs', 'common']);
  const receipt = useQuery(callQuery(call));
  if (receipt.isPending) return <Waiting text={t('receipt.title')} />;
  if (receipt.error) {
    return <ProblemNote error={receipt.error} onRetry={() => void receipt.refetch()} />;
  }
  const data = receipt.data;
  const number = (value: number) => formatNumber(value, i18n.language);
  const facts: [string, string][] = [
    [t('receipt.model'), `${data.model}${data.demo ? ` · ${t('common:demo.tag')}` : ''}`],
    [
      t('receipt.usage'),
      t('tokens', {
        in: number(data.usage.input_tokens),
        out: number(data.usage.output_tokens),
      }),
    ],
    [
      t('receipt.cost'),
      data.cost_usd > 0 ? formatMoney(data.cost_usd, i18n.language) : t('common:price.free'),
    ],
    [t('receipt.promptVersion'), data.prompt_version],
    [t('receipt.at'), formatDate(data.at, i18n.language)],
  ];
  const prompt =
    typeof data.prompt === 'string' ? data.prompt : JSON.stringify(data.prompt, null, 2);
  return (
    <div className="border-agent mt-3 mb-4 flex flex-col gap-4 border-s-2 ps-4">
      <dl className="text-meta grid grid-cols-[auto_1fr] gap-x-6 gap-y-1">
        {facts.map(([name, value]) => (
          <div key={name} className="contents">
            <dt className="text-ink-3">{name}</dt>
            <dd className="figures">{value}</dd>
          </div>
        ))}
      </dl>
      {data.parts.length > 0 ? (
        <Parts
          novel={novel}
          prompt={prompt}
          parts={data.parts}
          withheld={data.withheld}
          missing={data.missing}
        />
      ) : null}
      <Full name={t('receipt.prompt')} text={prompt} />
      {data.reply ? <Full name={t('receipt.reply')} text={data.reply} /> : null}
    </div>
  );
}
