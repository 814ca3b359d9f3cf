import { useQueryClient } from '@tanstack/react-query';
import { useCallback, useEffect, useRef, useState } from 'react';
import { useTranslation } from 'react-i18next';
import { paragraphsOf } from '@/prose/stream-text';
import type { RunEvent } from '@/shared/api/events';
import { keys } from '@/shared/api/keys';
import { useRunState } from '@/shared/api/run-hub';
import { countWords } from '@/shared/text/count';
import { useWords } from '@/shared/ui/figures';
import { announce } from '@/shared/ui/live-regions';
import { LiveProse } from './components/live-prose';
import { PartList } from './components/part-list';
import { RunControls } from './components/run-controls';
import { RunEnd } from './components/run-end';
import { RunQuestion } from './components/run-question';
import { SteerDialog } from './components/steer-dialog';
import { type LiveRun, applyEvent, nothingYet, textOf } from './live-run-state';

interface LiveRunProps {
  run: string;
  novel: string;
  language: string;
  title: string;
}

const SAID_EVERY = 300;

/** The first run as it happens: the plan fills on the left, the chapter is written on the right. */
export function LiveFirstRun({ run, novel, language, title }: LiveRunProps) {
  const { t } = useTranslation('start');
  const step = useCallback(
    (state: LiveRun, event: RunEvent) => applyEvent(run, state, event),
    [run],
  );
  const state = useRunState(run, nothingYet, step);
  const [steer, setSteer] = useState<string | null>(null);
  useMilestones(state);
  useFreshAtEnd(state, novel);

  const shown = paragraphsOf(state.text);
  const live = !['completed', 'failed', 'cancelled'].includes(state.phase);
  const chapter =
    textOf(state.outputs.outline_line?.[0], 'title') ||
    textOf(state.outputs.premise?.[0], 'title') ||
    title;
  return (
    <div
      aria-label={t('live.region')}
      role="region"
      className="bg-paper flex grow flex-col lg:grid lg:min-h-0 lg:grid-cols-[minmax(18rem,24rem)_1fr] lg:grid-rows-[1fr_auto] lg:overflow-hidden"
    >
      <aside className="bg-chrome border-line px-6 lg:min-h-0 lg:overflow-y-auto lg:border-e">
        <PartList state={state} onChange={(name) => setSteer(t('live.steer.edit', { name }))} />
      </aside>
      <div className="grow px-6 lg:row-span-2 lg:min-h-0 lg:overflow-y-auto lg:px-12">
        <LiveProse title={chapter} language={language} paragraphs={shown} live={live}>
          <RunQuestion run={run} novel={novel} state={state} />
          <RunEnd run={run} novel={novel} state={state} />
        </LiveProse>
      </div>
      <div className="bg-chrome border-line sticky bottom-0 z-10 border-t px-6 py-3 lg:col-start-1 lg:row-start-2 lg:border-e">
        <RunControls run={run} state={state} onChange={() => setSteer('')} />
      </div>
      {steer !== null ? (
        <SteerDialog run={run} initial={steer} onClose={() => setSteer(null)} />
      ) : null}
    </div>
  );
}

/** Says start, every three hundred words, and the end; never single words. */
function useMilestones(state: LiveRun): void {
  const { t } = useTranslation('start');
  const words = useWords();
  const said = useRef<{ words: number; phase: string }>({ words: 0, phase: '' });
  useEffect(() => {
    const count = countWords(state.text);
    if (state.phase === 'running' && said.current.phase === '') announce(t('live.announce.start'));
    if (count - said.current.words >= SAID_EVERY) {
      said.current.words = count - (count % SAID_EVERY);
      announce(t('live.announce.words', { words: words(said.current.words) }));
    }
    if (state.phase === 'completed' && said.current.phase !== 'completed') {
      announce(t('live.announce.end'));
    }
    if (state.phase !== 'queued') said.current.phase = state.phase;
  }, [state.text, state.phase, t, words]);
}

/** When the run has ended, what other screens hold of this book is fetched anew. */
function useFreshAtEnd(state: LiveRun, novel: string): void {
  const client = useQueryClient();
  const ended = ['completed', 'failed', 'cancelled'].includes(state.phase);
  useEffect(() => {
    if (!ended) return;
    void client.invalidateQueries({ queryKey: keys.novel(novel) });
    void client.invalidateQueries({ queryKey: ['chapter'] });
    void client.invalidateQueries({ queryKey: keys.novels() });
    void client.invalidateQueries({ queryKey: keys.runs() });
  }, [ended, novel, client]);
}
