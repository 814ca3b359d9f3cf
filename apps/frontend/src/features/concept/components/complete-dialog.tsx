import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { Tick } from '@/shared/ui/fields';
import { FormDialog } from '@/shared/ui/form-dialog';
import type { useAsk } from '../queries';
import type { StageRead } from '../types';
import { usePriceOf } from '../hooks/use-price-of';
import { useGapWords } from './gaps';

interface CompleteDialogProps {
  readonly novel: string;
  readonly stage: StageRead;
  readonly asking: ReturnType<typeof useAsk>;
  readonly onClose: () => void;
}

/** What is missing, ticked; Worldsmith writes only that and touches nothing that is there. */
export function CompleteDialog({ novel, stage, asking, onClose }: CompleteDialogProps) {
  const { t } = useTranslation('concept');
  const missing = stage.missing_full;
  const words = useGapWords();
  const price = usePriceOf(novel, stage.stage, 'complete');
  const [left, setLeft] = useState<readonly string[]>([]);
  const fields = missing.map((one) => one.field).filter((field) => !left.includes(field));
  return (
    <FormDialog
      title={t('complete.title')}
      description={t('complete.text')}
      submit={`${t('complete.go')} · ${price}`}
      ready={fields.length > 0}
      pending={asking.isPending}
      error={asking.error}
      onSubmit={() =>
        asking.mutate(
          { action: 'complete', ...(left.length > 0 ? { fields } : {}) },
          { onSuccess: onClose },
        )
      }
      onClose={onClose}
    >
      <div className="flex flex-col">
        {missing.map((one) => (
          <Tick
            key={one.field}
            label={words(one)}
            checked={!left.includes(one.field)}
            onChange={(checked) =>
              setLeft(checked ? left.filter((field) => field !== one.field) : [...left, one.field])
            }
          />
        ))}
      </div>
    </FormDialog>
  );
}
