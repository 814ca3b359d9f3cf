import { useQuery } from '@tanstack/react-query';
import type { ReactNode } from 'react';
import type { RunRead } from '@/shared/api/types';
import { liveRunsQuery } from '../queries';

/** What a waiting run asks, drawn by the screen that knows runs. */
export type QuestionOf = (run: RunRead) => ReactNode;

/** The questions of runs of this book that stopped for their author: the text comes on where they are answered. */
export function AskingRuns({ novel, question }: { novel: string; question: QuestionOf }) {
  const live = useQuery(liveRunsQuery(novel));
  return live.data
    ?.filter((run) => run.state === 'waiting')
    .map((run) => <div key={run.id}>{question(run)}</div>);
}
