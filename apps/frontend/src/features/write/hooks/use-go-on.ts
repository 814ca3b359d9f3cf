import { useRef } from 'react';
import { toast } from '@/shared/ui/toast';
import { useTranslation } from 'react-i18next';
import { startRun } from '@/shared/api/run-queries';
import type { Desk } from '../runs/desk';
import { caretOf } from '../runs/target';
import type { Session } from '../session';
import { rememberAsked, useTool } from './use-tool';

export const LENGTHS = ['sentence', 'paragraph', 'page', 'beat'] as const;
export type Length = (typeof LENGTHS)[number];

/** How far the text goes on, in how many readings, and what should happen. */
export interface GoOnWish {
  readonly length: Length;
  readonly variants: number;
  readonly instruction: string;
}

/** Starts a continuation at a place; the proposal that comes of it can be asked for again, or gone on from. */
export function useGoOn(session: Session, follow: Desk['follow'], onStarted: () => void) {
  const { t } = useTranslation('proposals');
  const askAt = (wish: GoOnWish, position: number) => {
    const target = caretOf(session, position);
    if (!target) return null;
    const { instruction, ...rest } = wish;
    const input = { ...target.input, ...rest, ...(instruction === '' ? {} : { instruction }) };
    return { task: 'writer.continue', at: target.at, input };
  };
  const remember = (run: string, wish: GoOnWish, position: number) => {
    const restart = async (where: () => number) => {
      await session.autosave.flush();
      const ask = askAt(wish, where());
      if (!ask) return;
      const next = await startRun(session.options.novel, ask.task, ask.input);
      remember(next.id, wish, where());
      follow(next, ask.at);
    };
    const begin = (where: () => number) => {
      restart(where).catch(() => toast(t('redoFailed')));
    };
    const { view } = session.page;
    rememberAsked(session, run, {
      again: () => begin(() => Math.min(position, view.state.doc.content.size)),
      onward: () => begin(() => view.state.selection.head),
    });
  };
  // What is asked is remembered before the box that asked is gone.
  const asking = useRef<{ wish: GoOnWish; position: number } | null>(null);
  const tool = useTool(session, follow, (_ask, run) => {
    if (asking.current) remember(run.id, asking.current.wish, asking.current.position);
    onStarted();
  });
  const start = (wish: GoOnWish, position: number) => {
    asking.current = { wish, position };
    tool.mutate(() => askAt(wish, position));
  };
  /** Writes the beat that the place is in, or every beat of its scene that tells nothing yet. */
  const writeBeats = (beats: readonly string[], instruction: string, position: number) => {
    asking.current = null;
    tool.mutate(() => {
      const target = caretOf(session, position);
      const said = instruction === '' ? {} : { instruction };
      return (
        target && {
          task: 'writer.write_beats',
          at: target.at,
          input: { scene: target.input.scene, beats, ...said },
        }
      );
    });
  };
  return { start, writeBeats, isPending: tool.isPending, error: tool.error };
}
