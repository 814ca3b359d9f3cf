import { useTranslation } from 'react-i18next';
import { formatMoney, formatNumber } from '../i18n/format';
import type { Estimate } from '../api/types';

/** "1,412 words" or "1,412 字" in the interface language. */
export function useWords(): (count: number) => string {
  const { t, i18n } = useTranslation();
  return (count) => t('count.words', { count, shown: formatNumber(count, i18n.language) });
}

type Price = Pick<Estimate, 'basis' | 'low' | 'high'>;

/** A price in words: "free", "about $0.03", "$0.02 to $0.05", "price unknown". */
export function usePrice(): (estimate: Price | null | undefined) => string {
  const { t, i18n } = useTranslation();
  const money = (usd: number) => formatMoney(usd, i18n.language);
  return (estimate) => {
    if (!estimate || estimate.basis === 'unknown') return t('price.unknown');
    if (estimate.basis === 'private') return t('price.private');
    if (estimate.basis === 'free' || !estimate.high) return t('price.free');
    const low = money(estimate.low ?? 0);
    const high = money(estimate.high);
    return low === high ? t('price.about', { sum: high }) : t('price.range', { low, high });
  };
}
