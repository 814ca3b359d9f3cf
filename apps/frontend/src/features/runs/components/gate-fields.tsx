import { useTranslation } from 'react-i18next';
import { SelectField, TextField } from '@/shared/ui/fields';
import { GATE_NAMES, GATES, isAmount, type GateMode, type Gates } from '../book-wish';

interface GateFieldsProps {
  readonly gates: Gates;
  readonly onChange: (gates: Gates) => void;
}

/** At which questions a run waits for its author: always, never, above an amount, or where a contradiction stays. */
export function GateFields({ gates, onChange }: GateFieldsProps) {
  const { t } = useTranslation('runs');
  return (
    <fieldset>
      <legend className="text-ui font-medium">{t('next.wait')}</legend>
      <p className="text-meta text-ink-3">{t('next.waitHint')}</p>
      <div className="mt-3 grid items-start gap-4 sm:grid-cols-2">
        {GATE_NAMES.map((name) => {
          const { mode, amount } = gates[name];
          const set = (change: { mode?: GateMode; amount?: string }) =>
            onChange({ ...gates, [name]: { mode, amount, ...change } });
          return (
            <div key={name} className="flex flex-col gap-2">
              <SelectField
                label={t(`next.gates.${name}`)}
                value={mode}
                options={GATES[name].map((value) => ({
                  value: value as GateMode,
                  label: t(
                    `next.modes.${name === 'spend' ? `spend_${value}` : value}` as 'next.go',
                  ),
                }))}
                onChange={(value) => set({ mode: value })}
              />
              {mode === 'cost' ? (
                <TextField
                  label={t('next.amount')}
                  inputMode="decimal"
                  maxLength={13}
                  value={amount}
                  error={isAmount(amount) ? undefined : t('next.noAmount')}
                  onChange={(typed) => set({ amount: typed.replace(',', '.').trim() })}
                />
              ) : null}
            </div>
          );
        })}
      </div>
    </fieldset>
  );
}
