import { Link } from '@tanstack/react-router';
import { useEffect, useRef, type ReactNode } from 'react';
import { useTranslation } from 'react-i18next';
import { classNames } from '@/shared/ui/class-names';
import { MARKS } from '../model';
import type { GenesisRead, Stage } from '../types';

interface StageListProps {
  readonly novel: string;
  readonly genesis: GenesisRead;
  readonly stage: Stage;
  /** What stands at the end of the row, where the sheet has no room beside it. */
  readonly children?: ReactNode;
}

/** The six stages with how far each is, in words and by shape; on a narrow window they stand in a row. */
export function StageList({ novel, genesis, stage, children }: StageListProps) {
  const { t } = useTranslation('concept');
  const strip = useRef<HTMLOListElement>(null);
  useEffect(() => {
    const chosen = strip.current?.querySelector('[aria-current]')?.parentElement;
    if (chosen) strip.current?.scrollTo({ left: chosen.offsetLeft - 48 });
  }, [stage]);
  return (
    <div className="border-line flex items-center gap-2 pe-4 max-xl:border-b md:pe-8 xl:w-56 xl:shrink-0 xl:items-start xl:overflow-y-auto xl:border-e xl:py-6 xl:pe-0">
      <nav aria-label={t('stages.label')} className="min-w-0 grow">
        <ol
          ref={strip}
          className="relative flex max-xl:overflow-x-auto max-xl:px-2 md:max-xl:px-6 xl:flex-col"
        >
          {genesis.stages.map((one, index) => (
            <li key={one.stage} className="max-xl:shrink-0">
              <Link
                to="/n/$novel/plan"
                params={{ novel }}
                search={{ view: 'concept', stage: one.stage }}
                aria-current={one.stage === stage ? 'step' : undefined}
                className={classNames(
                  'target grid grid-cols-[1.25rem_1fr] items-baseline gap-x-1 px-2 py-2 xl:px-6',
                  one.stage === stage
                    ? 'text-ink max-xl:border-ink max-xl:border-b-2 xl:bg-line/40'
                    : 'text-ink-2 hover:text-ink max-xl:border-b-2 max-xl:border-transparent',
                )}
              >
                <span aria-hidden className="text-ui">
                  {MARKS[one.status]}
                </span>
                <span className={classNames('text-ui', one.stage === stage && 'font-medium')}>
                  {t('stages.numbered', { number: index + 1, name: t(`stages.${one.stage}`) })}
                </span>
                <span className="text-small text-ink-2 col-start-2 whitespace-nowrap">
                  {one.busy ? t('status.answering') : t(`status.${one.status}`)}
                </span>
              </Link>
            </li>
          ))}
        </ol>
      </nav>
      {children ? <div className="shrink-0">{children}</div> : null}
    </div>
  );
}
