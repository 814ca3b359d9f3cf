import { useQuery } from '@tanstack/react-query';
import { useCallback, useEffect, useMemo, useState, type ReactNode } from 'react';
import { useTranslation } from 'react-i18next';
import { Button } from '@/shared/ui/button';
import { ProblemNote } from '@/shared/ui/problem-note';
import { Views } from '@/shared/ui/views';
import { Waiting } from '@/shared/ui/waiting';
import { Conversation } from './components/conversation';
import { Sheet } from './components/sheet';
import type { ReceiptOf } from './components/field-sources';
import { SheetDrawer } from './components/sheet-drawer';
import { StageList } from './components/stage-list';
import { nextStage, optionIndex, stageOf } from './model';
import { genesisQuery, roundsQuery, useAsk } from './queries';
import type { GenesisRead, Stage } from './types';

interface ConceptPageProps {
  readonly novel: string;
  readonly language: string;
  readonly stage: Stage | undefined;
  /** Title and views of the plan, drawn by the screen this is a part of. */
  readonly head: ReactNode;
  readonly receipt: ReceiptOf;
}

/** The six stages as a conversation: stages, talk, sheet. */
export function ConceptPage({ novel, language, stage, head, receipt }: ConceptPageProps) {
  const { t } = useTranslation('concept');
  const genesis = useQuery(genesisQuery(novel));
  const chosen = stage ?? nextStage(genesis.data);
  return (
    <main id="main" tabIndex={-1} className="flex min-h-0 grow flex-col">
      <div className="border-line relative border-b px-4 pt-2 md:px-8 md:pt-6 [&_h1]:max-md:sr-only [&_header]:mb-2 md:[&_header]:mb-4">
        {head}
      </div>
      {genesis.isPending ? (
        <div className="p-8">
          <Waiting text={t('loading')} lines={6} />
        </div>
      ) : null}
      {genesis.error && !genesis.data ? (
        <div className="p-8">
          <ProblemNote error={genesis.error} onRetry={() => void genesis.refetch()} />
        </div>
      ) : null}
      {genesis.data ? (
        <Columns
          key={chosen}
          novel={novel}
          language={language}
          genesis={genesis.data}
          stage={chosen}
          receipt={receipt}
        />
      ) : null}
    </main>
  );
}

interface ColumnsProps extends Omit<ConceptPageProps, 'head' | 'stage'> {
  readonly genesis: GenesisRead;
  readonly stage: Stage;
}

const SIDES = ['talk', 'sheet'] as const;

function Columns({ novel, language, genesis, stage: name, receipt }: ColumnsProps) {
  const { t } = useTranslation('concept');
  const asking = useAsk(novel, name);
  const rounds = useQuery(roundsQuery(novel, name)).data;
  const options = useMemo(() => optionIndex(rounds ?? []), [rounds]);
  const titleOf = useCallback((handle: string) => options.get(handle)?.title ?? handle, [options]);
  const isWide = useMedia('(min-width: 80rem)');
  const isPhone = useMedia('(max-width: 47.99rem)');
  const [side, setSide] = useState<(typeof SIDES)[number]>('talk');
  const stage = stageOf(genesis, name);
  if (!stage) return null;
  const sheet = (
    <Sheet
      {...{ novel, language, stage, titleOf, receipt }}
      onRefit={() => {
        asking.mutate({ action: 'refresh' });
        setSide('talk');
      }}
    />
  );
  return (
    <div className="flex min-h-0 grow flex-col xl:flex-row">
      <StageList novel={novel} genesis={genesis} stage={name}>
        {isPhone ? (
          <Button size="small" onClick={() => setSide('sheet')}>
            {t('sides.sheet')}
          </Button>
        ) : isWide ? null : (
          <Views
            label={t('sides.label')}
            value={side}
            options={SIDES.map((value) => ({ value, label: t(`sides.${value}`) }))}
            onChange={setSide}
          />
        )}
      </StageList>
      {isWide || isPhone || side === 'talk' ? (
        <Conversation {...{ novel, language, genesis, stage, asking, options, titleOf }} />
      ) : null}
      {isWide ? (
        <aside
          aria-label={t('sides.sheet')}
          className="border-line relative w-[26rem] shrink-0 overflow-y-auto border-s px-6 py-6"
        >
          {sheet}
        </aside>
      ) : isPhone ? (
        side === 'sheet' ? (
          <SheetDrawer onClose={() => setSide('talk')}>{sheet}</SheetDrawer>
        ) : null
      ) : side === 'sheet' ? (
        <div className="relative min-h-0 grow overflow-y-auto px-8 py-6">
          <div className="mx-auto max-w-2xl">{sheet}</div>
        </div>
      ) : null}
    </div>
  );
}

function useMedia(query: string): boolean {
  const [matches, setMatches] = useState(() => matchMedia(query).matches);
  useEffect(() => {
    const media = matchMedia(query);
    const change = () => setMatches(media.matches);
    media.addEventListener('change', change);
    return () => media.removeEventListener('change', change);
  }, [query]);
  return matches;
}
