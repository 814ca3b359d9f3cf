import type { ReactNode } from 'react';
import { useTranslation } from 'react-i18next';
import type { NovelRead } from '@/shared/api/types';
import { BookMenu } from './book-menu';
import { GlobalBar } from './global-bar';
import { RunPill } from './run-pill';
import { Verbs } from './verbs';

interface BookFrameProps {
  novel: NovelRead;
  /** The save state of the page, when a page is open. */
  status?: ReactNode;
  children: ReactNode;
}

/** The bar of one book around its screens; on a phone the verbs stand at the foot. */
export function BookFrame({ novel, status, children }: BookFrameProps) {
  const { t } = useTranslation();
  return (
    <div className="flex h-dvh flex-col">
      <GlobalBar>
        <BookMenu novel={novel} />
        <nav aria-label={t('bar.verbs')} className="flex h-full items-stretch gap-1 max-md:hidden">
          <Verbs novel={novel.id} />
        </nav>
        <div className="ms-auto flex items-center gap-2">
          <RunPill novel={novel.id} />
          {status}
        </div>
      </GlobalBar>
      <div className="bg-paper flex min-h-0 grow flex-col overflow-y-auto">{children}</div>
      <nav
        aria-label={t('bar.verbs')}
        className="bg-chrome border-line grid h-14 shrink-0 grid-cols-5 border-t md:hidden"
      >
        <Verbs novel={novel.id} />
      </nav>
    </div>
  );
}
