import { changesOf } from '@/prose/changes/plugin';
import { startRun } from '@/shared/api/run-queries';
import { decideHunks } from '../review';
import type { Session } from '../session';
import type { Desk } from './desk';
import { targetOf } from './target';

/**
 * Asks again for a change whose words the author has edited meanwhile, made from the text as it is
 * now. The stale change is put away; the answer comes as a proposal of its own.
 */
export async function redoHunk(
  session: Session,
  proposal: string,
  key: string,
  follow: Desk['follow'],
): Promise<void> {
  const { view } = session.page;
  const set = changesOf(view.state).sets.find((one) => one.proposal === proposal);
  const hunk = set?.hunks.find((one) => one.key === key);
  if (!set || !hunk) return;
  await session.autosave.flush();
  const target = targetOf(session, { from: hunk.at, to: Math.max(hunk.end, hunk.at + 1) });
  if (!target) return;
  const run = await startRun(session.options.novel, 'writer.rewrite', {
    ...target.input,
    ...(set.instruction ? { instruction: set.instruction } : { preset: 'voice' }),
  });
  decideHunks(view, proposal, [key], 'reject');
  follow(run, target.at);
}
