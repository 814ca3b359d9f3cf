import { useState, type ReactNode } from 'react';
import { useTranslation } from 'react-i18next';
import { Button } from '@/shared/ui/button';
import type { ChapterState } from '../chapter-store';
import type { Session } from '../session';

interface ChapterNoticesProps {
  readonly session: Session | null;
  readonly state: ChapterState;
  readonly fromDevice: boolean;
}

/** What the author should know before writing here: one line each, nothing that blocks. */
export function ChapterNotices({ session, state, fromDevice }: ChapterNoticesProps) {
  const { t } = useTranslation('write');
  const [closed, setClosed] = useState(false);
  return (
    <div role="status" className="flex flex-col gap-2">
      {state.elsewhere ? (
        <Notice text={t('page.elsewhere')}>
          <Button variant="link" onClick={() => session?.claim.takeOver()}>
            {t('page.takeOver')}
          </Button>
        </Notice>
      ) : null}
      {fromDevice ? <Notice text={t('page.fromDevice')} /> : null}
      {state.recovered > 0 && !closed ? (
        <Notice text={t('page.recovered', { count: state.recovered })}>
          <Button variant="link" onClick={() => setClosed(true)}>
            {t('page.dismiss')}
          </Button>
        </Notice>
      ) : null}
    </div>
  );
}

function Notice({ text, children }: { text: string; children?: ReactNode }) {
  return (
    <p className="border-doubt text-meta text-ink-2 flex flex-wrap items-center gap-x-4 gap-y-1 border-s-2 ps-3">
      {text}
      {children}
    </p>
  );
}
