import { useQuery } from '@tanstack/react-query';
import { useEffect, useMemo, useRef, useState, type RefObject } from 'react';
import { useTranslation } from 'react-i18next';
import { announce } from '@/shared/ui/live-regions';
import { ProblemNote } from '@/shared/ui/problem-note';
import { Waiting } from '@/shared/ui/waiting';
import { useConceptCommands } from '../hooks/use-concept-commands';
import { focusOption, useOptionKeys } from '../hooks/use-option-keys';
import { usePriceOf } from '../hooks/use-price-of';
import { canCompare, canMerge, isFull, optionsInPlay } from '../model';
import { roundsQuery, useDo, usePick, type useAsk } from '../queries';
import type { GenesisRead, OptionRead, Round, StageRead } from '../types';
import { Composer } from './composer';
import { EmptyStage, NotesDialog } from './empty-stage';
import type { OptionActs } from './option-line';
import { MergeDialog, TickBar } from './tick-bar';
import { Turn } from './turn';

interface ConversationProps {
  readonly novel: string;
  readonly language: string;
  readonly genesis: GenesisRead;
  readonly stage: StageRead;
  readonly asking: ReturnType<typeof useAsk>;
  readonly options: ReadonlyMap<string, OptionRead>;
  readonly titleOf: (handle: string) => string;
}

/** The talk with Worldsmith about one stage, its ticked options, and the one input at its foot. */
export function Conversation(props: ConversationProps) {
  const { novel, language, genesis, stage, asking, options, titleOf } = props;
  const { t } = useTranslation(['concept', 'common']);
  const found = useQuery(roundsQuery(novel, stage.stage));
  const rounds = useMemo(() => found.data ?? [], [found.data]);
  const act = useDo(novel, stage.stage);
  const pick = usePick(novel, stage.stage);
  const price = usePriceOf(novel, stage.stage, 'generate');
  const [ticked, setTicked] = useState<readonly string[]>([]);
  const [dialog, setDialog] = useState<'merge' | 'notes' | null>(null);
  const region = useRef<HTMLDivElement>(null);
  const field = useRef<HTMLTextAreaElement>(null);
  const full = isFull(rounds);
  const isLocked = stage.status === 'locked';
  const isShut = full || isLocked || asking.isPending;
  const titles = ticked.map((id) => options.get(id)?.title ?? '');
  const { mutate: ask } = asking;
  const { mutate: change } = act;
  const { mutate: take } = pick;

  const acts = useMemo(
    () => ({
      options: optionsInPlay(rounds),
      onTake: (id: string) => {
        if (!isLocked) take(id);
      },
      onMerge: () => {
        if (!isShut && canMerge(ticked.length)) setDialog('merge');
      },
      onCompare: () => {
        if (!isShut && canCompare(ticked.length)) ask({ action: 'compare', option_ids: ticked });
      },
    }),
    [rounds, ticked, isLocked, isShut, ask, take],
  );
  useOptionKeys(region, acts);
  useConceptCommands(acts, focusOption);
  useFollow(region, rounds);

  const optionActs: OptionActs = {
    novel,
    stage: stage.stage,
    language,
    ticked,
    isLocked,
    pending: act.isPending || pick.isPending,
    titleOf,
    onTake: acts.onTake,
    onTick: (id) =>
      setTicked(ticked.includes(id) ? ticked.filter((one) => one !== id) : [...ticked, id]),
  };
  return (
    <div className="flex min-h-0 min-w-0 grow flex-col">
      {/* The log scrolls by itself; with focus in it the number keys choose. */}
      <div
        ref={region}
        role="log"
        // eslint-disable-next-line jsx-a11y/no-noninteractive-tabindex
        tabIndex={0}
        aria-label={t('conversation')}
        className="relative min-h-0 grow overflow-y-auto px-4 py-6 focus-visible:-outline-offset-2 md:px-8"
      >
        <div className="mx-auto max-w-2xl">
          {found.isPending ? <Waiting text={t('common:loading.book')} lines={4} /> : null}
          {found.error ? (
            <ProblemNote error={found.error} onRetry={() => void found.refetch()} />
          ) : null}
          {found.isSuccess && rounds.length === 0 ? (
            <EmptyStage
              {...{ stage, price, asking }}
              onSentence={() => field.current?.focus()}
              onNotes={() => setDialog('notes')}
            />
          ) : null}
          <ol className="flex flex-col gap-10">
            {rounds.map((round) => (
              <Turn
                key={round.id}
                round={round}
                acts={optionActs}
                isFull={full}
                onTakePatch={
                  isLocked ? undefined : (path, value) => change({ action: 'edit', path, value })
                }
              />
            ))}
          </ol>
          {[act.error, pick.error].map((error, index) =>
            error ? <ProblemNote key={index} error={error} text={t('sheet.notSaved')} /> : null,
          )}
        </div>
      </div>
      <TickBar
        ticked={ticked}
        titles={titles}
        disabled={isShut}
        onMerge={acts.onMerge}
        onCompare={acts.onCompare}
        onClear={() => setTicked([])}
      />
      <Composer {...{ novel, language, genesis, stage, price, asking, field }} isFull={full} />
      {dialog === 'merge' ? (
        <MergeDialog
          {...{ language, titles, asking }}
          ids={ticked}
          onClose={() => {
            setDialog(null);
            setTicked([]);
          }}
        />
      ) : null}
      {dialog === 'notes' ? (
        <NotesDialog {...{ language, asking }} onClose={() => setDialog(null)} />
      ) : null}
    </div>
  );
}

/** Keeps the newest turn in sight, and tells readers when an answer has come. */
function useFollow(region: RefObject<HTMLElement | null>, rounds: readonly Round[]): void {
  const { t } = useTranslation('concept');
  const known = useRef<{ count: number; status: string | undefined } | null>(null);
  const last = rounds.at(-1);
  useEffect(() => {
    const before = known.current;
    known.current = { count: rounds.length, status: last?.status };
    if (!last || before?.count === rounds.length) {
      if (before && last && before.status !== last.status && last.status === 'answered') {
        announce(t('turn.came'));
      }
      return;
    }
    const element = region.current;
    const turn = element?.querySelector('ol')?.lastElementChild;
    // Only the log moves; the frame around it stays.
    if (element && turn instanceof HTMLElement) {
      element.scrollTo({ top: turn.offsetTop - 24 });
    }
  }, [rounds, last, region, t]);
}
