import { Link } from '@tanstack/react-router';
import type { ReactNode } from 'react';
import { useTranslation } from 'react-i18next';
import type { CallRead } from '@/shared/api/types';
import { formatDate, formatDuration, formatMoney, formatNumber } from '@/shared/i18n/format';
import { useAgentName } from '@/shared/ui/agent-name';

/** Who asked which model in whose words, how the answer came, and what it cost. */
export function ReceiptFacts({ receipt: data }: { receipt: CallRead }) {
  const { t, i18n } = useTranslation(['runs', 'common', 'prompts']);
  const agent = useAgentName()(data.agent);
  const number = (value: number) => formatNumber(value, i18n.language);
  const said = (key: string, fallback: string) =>
    i18n.exists(key, { ns: 'runs' }) ? t(key as 'receipt.title') : fallback;
  const facts: [string, ReactNode][] = [
    [t('receipt.agent'), agent],
    [t('receipt.model'), `${data.model}${data.demo ? ` · ${t('common:demo.tag')}` : ''}`],
    ...(data.prompt_name
      ? [[t('receipt.prompt'), <PromptUsed key="p" receipt={data} />] as [string, ReactNode]]
      : []),
    [
      t('receipt.usage'),
      t('tokens', { in: number(data.usage.input_tokens), out: number(data.usage.output_tokens) }),
    ],
    [
      t('receipt.cost'),
      data.cost_usd > 0 ? formatMoney(data.cost_usd, i18n.language) : t('common:price.free'),
    ],
    [t('receipt.at'), formatDate(data.at, i18n.language)],
  ];
  if (data.seconds !== null) {
    facts.push([t('receipt.took'), formatDuration(data.seconds * 1_000, i18n.language)]);
  }
  if (data.rung) facts.push([t('receipt.rung'), said(`receipt.rungs.${data.rung}`, data.rung)]);
  if (data.finish_reason) {
    facts.push([
      t('receipt.answer'),
      said(`receipt.ends.${data.finish_reason}`, data.finish_reason),
    ]);
  }
  facts.push([t('receipt.longest'), t('receipt.count', { shown: number(data.max_tokens) })]);
  if (data.seed !== null) facts.push([t('receipt.seed'), String(data.seed)]);
  if (data.tries.length > 1) {
    facts.push([
      t('receipt.tries'),
      data.tries
        .map((one, index) =>
          t('receipt.try', {
            number: index + 1,
            model: one.model,
            state: said(`receipt.states.${one.state}`, one.state),
          }),
        )
        .join('; '),
    ]);
  }
  return (
    <dl className="text-meta grid grid-cols-[auto_1fr] gap-x-6 gap-y-1">
      {facts.map(([name, value]) => (
        <div key={name} className="contents">
          <dt className="text-ink-3">{name}</dt>
          <dd className="figures min-w-0 wrap-anywhere">{value}</dd>
        </div>
      ))}
    </dl>
  );
}

/** The prompt by its name, whose wording it was and in which version; it leads to the page where it is worded. */
function PromptUsed({ receipt: data }: { receipt: CallRead }) {
  const { t, i18n } = useTranslation(['runs', 'prompts']);
  const [agent = '', key = ''] = data.prompt_name.split('.');
  const found = `names.${agent}_${key}`;
  const name = i18n.exists(found, { ns: 'prompts' })
    ? t(`prompts:${found}` as 'prompts:title')
    : data.prompt_name;
  const words = [
    t('receipt.promptUsed', { name, source: t(`receipt.promptSource.${data.prompt_source}`) }),
    t('receipt.promptVersion', { version: data.prompt_version }),
  ].join(' · ');
  if (!data.novel_id) return words;
  return (
    <Link
      to="/n/$novel/prompts/{-$name}"
      params={{ novel: data.novel_id, name: data.prompt_name }}
      className="decoration-line-2 hover:decoration-ink underline underline-offset-4"
    >
      {words}
    </Link>
  );
}
