import { useQuery } from '@tanstack/react-query';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { Button } from '@/shared/ui/button';
import { ProblemNote } from '@/shared/ui/problem-note';
import { Waiting } from '@/shared/ui/waiting';
import { callQuery } from '../queries';
import { Full, Parts } from './parts';
import { ReceiptFacts } from './receipt-facts';
import { Replay } from './replay';

/** What was sent to a model, why each part was chosen or left out, what came back; and sending it again. */
export function Receipt({ novel, call }: { novel: string; call: string }) {
  const { t } = useTranslation(['runs', 'common']);
  const receipt = useQuery(callQuery(call));
  const [replaying, setReplaying] = useState(false);
  if (receipt.isPending) return <Waiting text={t('receipt.title')} />;
  if (receipt.error) {
    return <ProblemNote error={receipt.error} onRetry={() => void receipt.refetch()} />;
  }
  const data = receipt.data;
  return (
    <div className="border-agent mt-3 mb-4 flex min-w-0 flex-col gap-4 border-s-2 ps-4">
      <ReceiptFacts receipt={data} />
      {data.error ? <ProblemNote error={data.error} /> : null}
      {data.parts.length > 0 ? (
        <Parts
          novel={novel}
          prompt={data.prompt}
          parts={data.parts}
          withheld={data.withheld}
          missing={data.missing}
        />
      ) : null}
      {data.prompt ? (
        <Full name={t('receipt.wordForWord')} text={data.prompt} />
      ) : (
        <p className="text-meta text-ink-2">{t('receipt.gone')}</p>
      )}
      {data.reply ? <Full name={t('receipt.reply')} text={data.reply} /> : null}
      {data.is_replayable && data.state === 'done' ? (
        <Button
          className="self-start"
          aria-expanded={replaying}
          onClick={() => setReplaying(!replaying)}
        >
          {t('receipt.replay')}
        </Button>
      ) : null}
      {replaying ? <Replay novel={data.novel_id ?? novel} receipt={data} /> : null}
    </div>
  );
}
