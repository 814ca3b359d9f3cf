import { useQuery, useQueryClient, type QueryClient } from '@tanstack/react-query';
import { useCallback, useEffect, useRef } from 'react';
import i18next from 'i18next';
import { changesOf } from '@/prose/changes/plugin';
import type { RunEvent } from '@/shared/api/events';
import { keys } from '@/shared/api/keys';
import { announce } from '@/shared/ui/live-regions';
import { toast } from '@/shared/ui/toast';
import { formatNumber } from '@/shared/i18n/format';
import { commandRun, fetchProposals } from '../api';
import { chapterQuery, liveRunsQuery, proposalsQuery } from '../queries';
import { openDesk, type Desk } from '../runs/desk';
import { showProposals, type ProposalLabels } from '../runs/show-proposals';
import type { Session } from '../session';

/** The words of the desk in the interface language of the moment: they stand outside of React. */
function deskLabels(): ProposalLabels {
  const t = (key: string, params: Record<string, unknown> = {}) => i18next.t(key as 'app', params);
  const agent = (name: string) => (i18next.exists(`agents.${name}`) ? t(`agents.${name}`) : name);
  return {
    region: (name) => t('proposals:region', { agent: agent(name) }),
    agent: (name, demo) => (demo ? `${agent(name)} · ${t('demo.tag')}` : agent(name)),
    words: (count) => t('count.words', { count, shown: formatNumber(count, i18next.language) }),
    stop: t('proposals:stop'),
    dismiss: t('proposals:dismiss'),
    stopped: t('proposals:stopped'),
    keep: t('proposals:keep'),
    keepOn: t('proposals:keepOn'),
    again: t('proposals:again'),
    discard: t('proposals:discard'),
    partial: t('proposals:partial'),
    put: t('proposals:put'),
    done: t('proposals:done'),
    variant: (number, total) => t('proposals:otherVariant', { number, total }),
    sense: (name) => t(`proposals:describe.sense.${name}`),
    demoHint: t('demo.hint'),
  };
}

/** Follows the runs of the book, shows their text beside the page and then what came of it. */
export function useDesk(session: Session | null, novel: string, chapter: string): Desk['follow'] {
  const client = useQueryClient();
  const desk = useRef<Desk | null>(null);
  const live = useQuery(liveRunsQuery(novel));
  const content = useQuery({ ...chapterQuery(chapter), enabled: session !== null });
  const proposals = useQuery(proposalsQuery(novel));

  useEffect(() => {
    if (!session) return undefined;
    const labels = deskLabels();
    const opened = openDesk(session, {
      labels,
      stop: (run) => void commandRun(run, 'cancel'),
      onProgress: () => void client.invalidateQueries({ queryKey: keys.chapter(chapter) }),
      onEnded: (_run, event) => bringHome(client, session, event, labels),
      onSaid: (kind, words) => say(kind, words),
    });
    desk.current = opened;
    return () => {
      opened.close();
      desk.current = null;
    };
  }, [session, client, chapter]);

  useEffect(() => {
    for (const run of live.data ?? []) desk.current?.follow(run);
  }, [session, live.data]);
  useEffect(() => {
    if (session && content.data) session.refresh(content.data);
  }, [session, content.data]);
  useEffect(() => {
    if (session && proposals.data) showProposals(session, proposals.data, deskLabels());
  }, [session, proposals.data]);
  return useCallback<Desk['follow']>((run, at) => desk.current?.follow(run, at), []);
}

/** A run has ended: its text comes onto the page, its proposals are drawn, the lists are fresh. */
async function bringHome(
  client: QueryClient,
  session: Session,
  event: RunEvent,
  labels: ProposalLabels,
): Promise<void> {
  const { novel, chapter } = session.options;
  const content = await client.fetchQuery({ ...chapterQuery(chapter), staleTime: 0 });
  session.refresh(content);
  if (event.type !== 'run.failed') {
    const proposals = await fetchProposals(novel);
    client.setQueryData(keys.proposals(novel), proposals);
    const lost = showProposals(session, proposals, labels);
    const fresh = event.type === 'run.completed' ? (event.proposals ?? []) : [];
    const shown = changesOf(session.page.view.state).sets.map((set) => set.proposal);
    const isSame = proposals.some(
      (one) =>
        fresh.includes(one.id) &&
        one.kind === 'replace' &&
        one.status === 'open' &&
        !shown.includes(one.id) &&
        !lost.includes(one),
    );
    if (isSame) toast(i18next.t('proposals:rewrite.nothing' as 'app'));
  }
  for (const queryKey of [keys.tree(novel), keys.runs(), keys.novel(novel), ['scene']]) {
    void client.invalidateQueries({ queryKey });
  }
}

function say(kind: 'start' | 'words' | 'end', words: number): void {
  const t = (key: string, params: Record<string, unknown> = {}) => i18next.t(key as 'app', params);
  if (kind === 'words') announce(t('proposals:said.words', { count: words }));
  else announce(t(kind === 'start' ? 'proposals:said.start' : 'proposals:said.end'));
}
