import { useQuery } from '@tanstack/react-query';
import { useTranslation } from 'react-i18next';
import { formatDate, formatMoney, formatNumber } from '@/shared/i18n/format';
import { ProblemNote } from '@/shared/ui/problem-note';
import { Waiting } from '@/shared/ui/waiting';
import { callQuery } from '../queries';

/** What was sent to a model, why each part was chosen or left out, and what came back. */
export function Receipt({ call }: { call: string }) {
  const { t, i18n } = useTranslation(['runs', 'common']);
  const receipt = useQuery(callQuery(call));
  if (receipt.isPending) return <Waiting text={t('receipt.title')} />;
  if (receipt.error) {
    return <ProblemNote error={receipt.error} onRetry={() => void receipt.refetch()} />;
  }
  const data = receipt.data;
  const reason = (code: string) => {
    const beat = /^beat[(:]?(\d+)/u.exec(code)?.[1];
    if (beat) return t('receipt.beat', { number: beat });
    return t(`receipt.reasons.${code}` as 'receipt.reasons.pov', { defaultValue: code });
  };
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
        <table className="text-meta w-full text-start">
          <caption className="sr-only">{t('receipt.parts')}</caption>
          <thead className="text-ink-3">
            <tr>
              <th className="py-1 text-start font-normal">{t('receipt.part')}</th>
              <th className="py-1 text-end font-normal">{t('receipt.tokens')}</th>
              <th className="py-1 ps-4 text-start font-normal">{t('receipt.reason')}</th>
            </tr>
          </thead>
          <tbody className="divide-line divide-y">
            {data.parts.map((part) => (
              <tr key={`${part.slot}:${part.item}`}>
                <td className="py-1">{part.item}</td>
                <td className="figures py-1 text-end">{number(part.tokens)}</td>
                <td className="text-ink-2 py-1 ps-4">
                  {`${part.kept ? t('receipt.kept') : t('receipt.dropped')} · ${reason(part.reason)}`}
                </td>
              </tr>
            ))}
          </tbody>
        </table>
      ) : null}
      <Full name={t('receipt.prompt')} text={prompt} />
      {data.reply ? <Full name={t('receipt.reply')} text={data.reply} /> : null}
    </div>
  );
}

function Full({ name, text }: { name: string; text: string }) {
  return (
    <details>
      <summary className="text-meta target w-fit underline underline-offset-4">{name}</summary>
      <pre className="text-meta bg-chrome mt-2 max-h-96 overflow-auto p-4 font-sans whitespace-pre-wrap">
        {text}
      </pre>
    </details>
  );
}
