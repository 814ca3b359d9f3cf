import { useState, type ReactNode } from 'react';
import { useTranslation } from 'react-i18next';
import { Button } from '@/shared/ui/button';
import type { FieldSource } from '../types';

export type ReceiptOf = (call: string) => ReactNode;

interface SourcesProps {
  readonly sources: readonly FieldSource[];
  readonly titleOf: (handle: string) => string;
  readonly receipt: ReceiptOf;
}

/** Who wrote a field: you, Worldsmith with what was sent, a merge, or the quick start. */
export function Sources({ sources, titleOf, receipt }: SourcesProps) {
  const { t, i18n } = useTranslation('concept');
  const [call, setCall] = useState<string | null>(null);
  if (sources.length === 0) return null;
  const list = new Intl.ListFormat(i18n.language, { type: 'conjunction' });
  const words = (source: FieldSource) =>
    source.by === 'merged' && source.options?.length
      ? t('by.mergedFrom', { options: list.format(source.options.map(titleOf)) })
      : t(`by.${source.by}`);
  return (
    <>
      <p className="text-small text-ink-3 mt-1 flex flex-wrap gap-x-3">
        {sources.map((source, index) => (
          <span key={index}>
            {words(source)}
            {source.call_id ? (
              <Button
                variant="link"
                className="text-small text-ink-2 ms-2"
                aria-expanded={call === source.call_id}
                onClick={() => setCall(call === source.call_id ? null : (source.call_id ?? null))}
              >
                {t('sheet.sent')}
              </Button>
            ) : null}
          </span>
        ))}
      </p>
      {call ? receipt(call) : null}
    </>
  );
}
