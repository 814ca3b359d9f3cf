import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { Button } from '@/shared/ui/button';
import { fieldsOf } from '../sheet';
import type { StageRead } from '../types';
import { Gaps, showField } from './gaps';
import { LockDialog } from './lock-dialog';
import type { ReceiptOf } from './field-sources';
import { SheetField } from './sheet-field';
import { UnlockDialog } from './unlock-dialog';

interface SheetProps {
  readonly novel: string;
  readonly language: string;
  readonly stage: StageRead;
  readonly titleOf: (handle: string) => string;
  readonly receipt: ReceiptOf;
  readonly onRefit: () => void;
}

/** The draft of a stage as a page to read and to change, with what is missing at its foot. */
export function Sheet(props: SheetProps) {
  const { novel, stage, onRefit } = props;
  const { t } = useTranslation('concept');
  const [asked, setAsked] = useState<'lock' | 'unlock' | null>(null);
  const missing = stage.missing_full;
  const close = () => setAsked(null);
  return (
    <div className="flex flex-col">
      <div className="flex flex-wrap items-center gap-x-4 gap-y-2">
        <h2 className="text-section grow font-semibold">{t(`stages.${stage.stage}`)}</h2>
        {stage.status === 'locked' ? (
          <Button size="small" onClick={() => setAsked('unlock')}>
            {t('unlock.open')}
          </Button>
        ) : (
          <Button size="small" onClick={() => setAsked('lock')}>
            {t('lock.open')}
          </Button>
        )}
      </div>
      {stage.status === 'stale' ? (
        <div className="border-doubt mt-3 border-s-2 ps-3">
          <p className="text-meta text-doubt">
            {stage.stale_because
              ? t('stale.because', { stage: stageName(t, stage.stale_because) })
              : t('stale.text')}
          </p>
          <Button
            variant="link"
            className="text-meta"
            disabled={stage.busy !== null}
            onClick={onRefit}
          >
            {t('stale.refit')}
          </Button>
        </div>
      ) : null}
      {stage.picked_by === 'auto' ? (
        <p className="text-meta text-ink-3 mt-2">{t('sheet.auto')}</p>
      ) : null}
      <div className="divide-line mt-2 divide-y">
        {fieldsOf(stage.stage, stage.draft).map(([name, shape]) => (
          <SheetField key={name} {...props} name={name} shape={shape} />
        ))}
      </div>
      {missing.length > 0 && stage.status !== 'locked' ? (
        <section className="border-line mt-2 border-t pt-4">
          <h3 className="text-meta text-ink-2">{t('missing.title')}</h3>
          <Gaps
            stage={stage.stage}
            missing={missing}
            onField={(name) => showField(stage.stage, name)}
          />
        </section>
      ) : null}
      {asked === 'lock' ? <LockDialog novel={novel} stage={stage.stage} onClose={close} /> : null}
      {asked === 'unlock' ? (
        <UnlockDialog novel={novel} stage={stage.stage} onClose={close} />
      ) : null}
    </div>
  );
}

/** A stage is told by its name; any other reason is the server's own sentence. */
function stageName(t: (key: 'stages.seed') => string, reason: string): string {
  return ['seed', 'theme', 'world', 'characters', 'plot', 'details'].includes(reason)
    ? t(`stages.${reason}` as 'stages.seed')
    : reason;
}
