import { useQuery } from '@tanstack/react-query';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { Button } from '@/shared/ui/button';
import { Dialog, DialogActions } from '@/shared/ui/dialog';
import { ProblemNote } from '@/shared/ui/problem-note';
import { Waiting } from '@/shared/ui/waiting';
import { useWorldAct } from '../queries';
import { rippleQuery } from '../ripple-queries';
import { rippleSize } from '../ripples';
import type { FactView } from '../types';
import { RippleList } from './ripple-list';

/** Why it is looked at: to see, before the fact is taken back, or after it was changed. */
export type RippleWhy = 'look' | 'remove' | 'changed';

interface RippleDialogProps {
  readonly novel: string;
  readonly language: string;
  readonly fact: FactView;
  readonly why: RippleWhy;
  readonly onClose: () => void;
}

/** What a change of a fact touches, shown before it is done and gone through after it. */
export function RippleDialog({ novel, language, fact, why, onClose }: RippleDialogProps) {
  const { t } = useTranslation(['world', 'common']);
  // After the change the list of before is gone through; a fact that is gone has nothing new to ask for.
  const [removed, setRemoved] = useState(false);
  const changed = removed || why === 'changed';
  const ripple = useQuery({ ...rippleQuery(novel, fact.id), staleTime: changed ? Infinity : 0 });
  const act = useWorldAct(novel);
  const size = ripple.data ? rippleSize(ripple.data) : 0;
  const remove = () =>
    act.mutate(
      { do: 'drop-fact', id: fact.id },
      { onSuccess: () => (size > 0 ? setRemoved(true) : onClose()) },
    );
  const title = changed ? 'ripple.changed' : why === 'remove' ? 'ripple.remove' : 'ripple.title';
  return (
    <Dialog
      wide
      open
      onOpenChange={onClose}
      title={t(title)}
      description={<span lang={language}>{fact.text}</span>}
    >
      {ripple.isPending ? <Waiting text={t('ripple.looking')} /> : null}
      {ripple.error ? (
        <ProblemNote error={ripple.error} onRetry={() => void ripple.refetch()} />
      ) : null}
      {ripple.data ? (
        <>
          <p className="text-ui text-ink-2">
            {size === 0
              ? t('ripple.nothing')
              : changed
                ? t('ripple.goThrough')
                : t('ripple.rests', { count: size })}
          </p>
          <RippleList novel={novel} language={language} ripple={ripple.data} changed={changed} />
        </>
      ) : null}
      {act.error ? <ProblemNote error={act.error} text={t('unchanged')} /> : null}
      <DialogActions>
        <Button variant="quiet" onClick={onClose}>
          {why === 'remove' && !removed ? t('common:actions.cancel') : t('common:actions.close')}
        </Button>
        {why === 'remove' && !removed ? (
          <Button variant="danger" disabled={act.isPending} onClick={remove}>
            {t('fact.remove')}
          </Button>
        ) : null}
      </DialogActions>
    </Dialog>
  );
}
