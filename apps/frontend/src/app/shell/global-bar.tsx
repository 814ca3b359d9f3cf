import { Link } from '@tanstack/react-router';
import { Command as CommandIcon } from 'lucide-react';
import type { ReactNode } from 'react';
import { useTranslation } from 'react-i18next';
import { IconButton } from '@/shared/ui/icon-button';
import { openPalette } from '../commands/palette-state';
import { AccountMenu } from './account-menu';

/** The bar at the head of every page: where I am, then what is offered here, then the account. */
export function GlobalBar({ children }: { children?: ReactNode }) {
  const { t } = useTranslation();
  return (
    <>
      <a
        href="#main"
        className="bg-raised shadow-pop sr-only z-50 rounded px-3 py-2 focus:not-sr-only focus:fixed focus:start-4 focus:top-2"
      >
        {t('skip.main')}
      </a>
      <header
        aria-label={t('bar.label')}
        className="bg-chrome border-line sticky top-0 z-30 flex h-12 shrink-0 items-center gap-2 border-b px-4"
      >
        <div className="flex h-full min-w-0 grow items-center gap-2">
          {children ?? (
            <Link to="/library" className="text-ui target flex items-center font-serif font-medium">
              {t('app')}
            </Link>
          )}
        </div>
        <div className="flex items-center gap-1">
          <IconButton icon={CommandIcon} label={t('bar.search')} onClick={openPalette} />
          <AccountMenu />
        </div>
      </header>
    </>
  );
}
