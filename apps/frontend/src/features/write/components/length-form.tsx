import { useState, type FormEvent, type KeyboardEvent } from 'react';
import { useTranslation } from 'react-i18next';
import { Button } from '@/shared/ui/button';
import { controlLook } from '@/shared/ui/field';

const LEAST = 5;
const MOST = 5_000;

interface LengthFormProps {
  /** Words of the selection. */
  readonly now: number;
  readonly disabled: boolean;
  readonly onKeyDown: (event: KeyboardEvent) => void;
  readonly onLength: (words: number) => void;
}

/** How long the selected words are to be: shorter or longer to the word. */
export function LengthForm({ now, disabled, onKeyDown, onLength }: LengthFormProps) {
  const { t } = useTranslation('proposals');
  const [wanted, setWanted] = useState(String(Math.max(LEAST, Math.round(now / 2))));
  const words = Number(wanted);
  const isFit = Number.isInteger(words) && words >= LEAST && words <= MOST && words !== now;
  const submit = (event: FormEvent) => {
    event.preventDefault();
    if (isFit) onLength(words);
  };
  return (
    <form onSubmit={submit} className="text-meta text-ink-2 figures flex items-center gap-2">
      <label className="flex items-center gap-2">
        <span className="whitespace-nowrap">{t('rewrite.length.from', { count: now })}</span>
        <span className="w-24">
          <input
            type="number"
            inputMode="numeric"
            min={LEAST}
            max={MOST}
            value={wanted}
            aria-label={t('rewrite.length.to')}
            className={controlLook}
            disabled={disabled}
            onChange={(event) => setWanted(event.target.value)}
            onKeyDown={onKeyDown}
          />
        </span>
      </label>
      <Button type="submit" size="small" disabled={disabled || !isFit}>
        {words > now ? t('rewrite.length.expand') : t('rewrite.length.compress')}
      </Button>
    </form>
  );
}
