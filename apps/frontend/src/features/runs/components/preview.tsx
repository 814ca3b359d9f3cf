import { useQuery } from '@tanstack/react-query';
import { useTranslation } from 'react-i18next';
import { formatMoney, formatNumber } from '@/shared/i18n/format';
import { ProblemNote } from '@/shared/ui/problem-note';
import { Waiting } from '@/shared/ui/waiting';
import { previewQuery } from '../memory-queries';
import { Full, Parts } from './parts';

interface PreviewProps {
  readonly novel: string;
  readonly scene: string;
  readonly instruction?: string | undefined;
}

/** What would be sent for a scene, before it is: parts with their reasons, tokens and price. */
export function Preview({ novel, scene, instruction = '' }: PreviewProps) {
  const { t, i18n } = useTranslation(['runs', 'common']);
  const preview = useQuery(previewQuery(novel, scene, instruction));
  if (preview.isPending) return <Waiting text={t('preview.making')} lines={6} />;
  if (preview.error) {
    return <ProblemNote error={preview.error} onRetry={() => void preview.refetch()} />;
  }
  const { price, tokens, parts, prompt, withheld, missing } = preview.data;
  const cost =
    price.basis === 'private'
      ? t('common:price.private')
      : price.basis === 'unknown' || price.usd === null
        ? t('common:price.unknown')
        : price.basis === 'free' || price.usd === 0
          ? t('common:price.free')
          : t('common:price.about', { sum: formatMoney(price.usd, i18n.language) });
  const isPlanned = parts.some((part) => part.kind === 'beat');
  return (
    <div className="flex flex-col gap-5">
      <p className="text-ui text-ink-2 figures">
        {t('preview.sum', {
          shown: formatNumber(tokens, i18n.language),
          price: cost,
          model: price.model === 'demo/storyteller' ? t('common:demo.model') : price.model,
        })}
      </p>
      {isPlanned ? null : <p className="text-meta text-ink-2">{t('preview.unplanned')}</p>}
      <Parts {...{ novel, prompt, parts, withheld, missing }} />
      <Full name={t('preview.full')} text={prompt} />
    </div>
  );
}
