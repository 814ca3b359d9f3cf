import { useTranslation } from 'react-i18next';
import type { CallRead } from '@/shared/api/types';
import { formatNumber } from '@/shared/i18n/format';
import { Button } from '@/shared/ui/button';
import { slotOf } from '../parts';
import { usePartName } from './parts';

interface ReplayPartsProps {
  readonly novel: string;
  readonly receipt: CallRead;
  /** Parts that are left out, by their place in the receipt. */
  readonly without: readonly number[];
  readonly onChange: (without: number[]) => void;
}

/** Which parts of the briefing are sent again; each can be left out. */
export function ReplayParts({ novel, receipt, without, onChange }: ReplayPartsProps) {
  const { t, i18n } = useTranslation('runs');
  const name = usePartName(novel, receipt.prompt);
  const parts = receipt.parts
    .map((part, at) => ({ part, at, slot: slotOf(part.slot) }))
    .filter(({ part }) => part.removable);
  const toggle = (at: number) =>
    onChange(without.includes(at) ? without.filter((one) => one !== at) : [...without, at]);
  return (
    <fieldset className="min-w-0">
      <legend className="text-ui mb-1 font-medium">{t('replay.parts')}</legend>
      <div className="text-meta text-ink-2 mb-1 flex flex-wrap items-center gap-x-4">
        <span className="figures grow">
          {t('replay.whole', {
            shown: formatNumber(parts.length - without.length, i18n.language),
            total: formatNumber(parts.length, i18n.language),
          })}
        </span>
        <Button variant="link" className="text-meta" onClick={() => onChange([])}>
          {t('replay.all')}
        </Button>
        <Button
          variant="link"
          className="text-meta"
          onClick={() => onChange(parts.map(({ at }) => at))}
        >
          {t('replay.none')}
        </Button>
      </div>
      <ul className="border-line max-h-80 overflow-y-auto border-y py-1">
        {parts.map(({ part, at, slot }) => (
          <li key={at}>
            <label className="text-meta target flex items-baseline gap-2 py-0.5">
              <input
                type="checkbox"
                className="accent-ink shrink-0 self-center"
                checked={!without.includes(at)}
                onChange={() => toggle(at)}
              />
              <span className="text-ink-3 hidden w-40 shrink-0 sm:inline">
                {t(`receipt.slots.${slot ?? 'other'}`)}
              </span>
              <span
                className={
                  without.includes(at)
                    ? 'text-ink-3 min-w-0 grow truncate line-through'
                    : 'min-w-0 grow truncate'
                }
              >
                {name(part)}
              </span>
              <span className="text-ink-3 figures">{formatNumber(part.tokens, i18n.language)}</span>
            </label>
          </li>
        ))}
      </ul>
    </fieldset>
  );
}
