import { useMutation, useQueryClient } from '@tanstack/react-query';
import { keys } from '@/shared/api/keys';
import { startRun } from '@/shared/api/run-queries';
import type { RunRead } from '@/shared/api/types';
import type { AskedAgain } from '../chapter-store';
import type { Desk } from '../runs/desk';
import type { Session } from '../session';

/** A question to a tool of the page: its task, where its answer shows, and what it is given. */
export interface ToolAsk {
  readonly task: string;
  readonly at: number;
  readonly input: object;
}

/** Starts a tool on the text as it is on the server, and follows it beside the page. */
export function useTool(
  session: Session,
  follow: Desk['follow'],
  onStarted: (ask: ToolAsk, run: RunRead) => void,
) {
  const client = useQueryClient();
  return useMutation({
    mutationFn: async (make: () => ToolAsk | null) => {
      // The agent reads the server's text: what was typed a second ago has to be there.
      await session.autosave.flush();
      const ask = make();
      if (!ask) throw new Error('no place in the text');
      return { ask, run: await startRun(session.options.novel, ask.task, ask.input) };
    },
    onSuccess: ({ ask, run }) => {
      onStarted(ask, run);
      follow(run, ask.at);
      void client.invalidateQueries({ queryKey: keys.runs() });
    },
  });
}

/** Remembers how a run of this sitting is asked again. */
export function rememberAsked(session: Session, run: string, again: AskedAgain): void {
  const asked = new Map(session.store.getState().asked);
  session.store.setState({ asked: asked.set(run, again) });
}
