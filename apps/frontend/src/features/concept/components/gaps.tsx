import { useTranslation } from 'react-i18next';
import { Button } from '@/shared/ui/button';
import { fieldOf } from '../sheet';
import type { Missing, Stage } from '../types';
import { fieldId } from './sheet-field';
import { useFieldName } from './value-view';

/** What a stage still lacks, each as a way to the field that lacks it. */
export function Gaps({
  stage,
  missing,
  onField,
}: {
  readonly stage: Stage;
  readonly missing: readonly Missing[];
  readonly onField: (name: string) => void;
}) {
  const words = useGapWords();
  return (
    <ul className="mt-1 flex flex-col items-start">
      {missing.map((one) => (
        <li key={one.field}>
          <Button
            variant="link"
            className="text-meta text-start whitespace-normal"
            onClick={() => onField(fieldOf(stage, one.field))}
          >
            {words(one)}
          </Button>
        </li>
      ))}
    </ul>
  );
}

/** "Emotions: 1 more", "Hook: still to be written"; some gaps have a sentence of their own. */
export function useGapWords(): (gap: Missing) => string {
  const { t, i18n } = useTranslation('concept');
  const named = useFieldName();
  return ({ field, have, need }) => {
    const count = need - have;
    const own = `missing.own.${field.replaceAll(/[.[]/gu, '_').replace(']', '')}`;
    if (i18n.exists(`${own}_other`, { ns: 'concept' })) {
      return t(own as 'missing.own.premise', { count });
    }
    const shown = { field: named(field), count };
    return need <= 1 ? t('missing.one', shown) : t('missing.more', shown);
  };
}

/** Brings a field of the sheet into sight and under the keys. */
export function showField(stage: Stage, name: string): void {
  const field = document.getElementById(fieldId(stage, name));
  field?.scrollIntoView({ block: 'center' });
  (field?.querySelector('button') ?? field)?.focus();
}
