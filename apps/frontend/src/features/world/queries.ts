import { queryOptions, useMutation, useQueryClient } from '@tanstack/react-query';
import { ask } from '@/shared/api/ask';
import { api, body } from '@/shared/api/client';
import { keys } from '@/shared/api/keys';
import { asOfOf, type Moment } from './moments';
import type {
  Entry,
  EntryDetail,
  FactWish,
  InboxItem,
  Knowledge,
  MergeView,
  PredicateView,
} from './types';

const at = (moment: Moment) =>
  new URLSearchParams({ as_of: asOfOf(moment), clock: moment.clock }).toString();

export const treeQuery = (novel: string) =>
  queryOptions({
    queryKey: keys.tree(novel),
    queryFn: ({ signal }) =>
      body(
        api.GET('/api/v1/novels/{novel_id}/tree', {
          params: { path: { novel_id: novel } },
          signal,
        }),
      ),
  });

export const timelineQuery = (novel: string) =>
  queryOptions({
    queryKey: keys.timeline(novel),
    queryFn: ({ signal }) =>
      body(
        api.GET('/api/v1/novels/{novel_id}/timeline', {
          params: { path: { novel_id: novel } },
          signal,
        }),
      ),
  });

export const entriesQuery = (novel: string, moment: Moment) =>
  queryOptions({
    queryKey: keys.world(novel, 'entries', asOfOf(moment), moment.clock),
    queryFn: async ({ signal }) =>
      (await ask<{ items: Entry[] }>(`/novels/${novel}/entries?${at(moment)}`, { signal })).items,
  });

export const entryQuery = (novel: string, entry: string, moment: Moment) =>
  queryOptions({
    queryKey: keys.world(novel, 'entry', entry, asOfOf(moment), moment.clock),
    queryFn: ({ signal }) =>
      ask<EntryDetail>(`/novels/${novel}/entries/${entry}?${at(moment)}`, { signal }),
  });

export const predicatesQuery = (novel: string, language: string) =>
  queryOptions({
    queryKey: keys.predicates(language),
    queryFn: async ({ signal }) =>
      (
        await ask<{ items: PredicateView[] }>(`/novels/${novel}/predicates?lang=${language}`, {
          signal,
        })
      ).items,
    staleTime: Infinity,
  });

export const inboxQuery = (novel: string) =>
  queryOptions({
    queryKey: keys.world(novel, 'inbox'),
    queryFn: async ({ signal }) =>
      (await ask<{ items: InboxItem[] }>(`/novels/${novel}/inbox?status=open`, { signal })).items,
  });

export const knowledgeQuery = (novel: string, moment: Moment) =>
  queryOptions({
    queryKey: keys.world(novel, 'knowledge', asOfOf(moment), moment.clock),
    queryFn: ({ signal }) => ask<Knowledge>(`/novels/${novel}/knowledge?${at(moment)}`, { signal }),
  });

/** Everything an author does to the world; each is done at once and is one revision of the book. */
export type WorldAct =
  | { do: 'add-entry'; entry: object }
  | { do: 'edit-entry'; id: string; entry: object }
  | { do: 'retire-entry'; id: string }
  | { do: 'add-alias'; id: string; text: string; kind: string }
  | { do: 'drop-alias'; id: string; alias: string }
  | { do: 'add-fact'; fact: FactWish }
  | { do: 'edit-fact'; id: string; fact: object }
  | { do: 'drop-fact'; id: string }
  | { do: 'know'; change: object }
  | { do: 'decide'; ids: readonly string[]; action: 'accept' | 'reject'; edit?: object };

function send(novel: string, act: WorldAct): Promise<unknown> {
  const to = (path: string) => `/novels/${novel}/${path}`;
  switch (act.do) {
    case 'add-entry':
      return ask(to('entries'), { method: 'POST', json: act.entry });
    case 'edit-entry':
      return ask(to(`entries/${act.id}`), { method: 'PATCH', json: act.entry });
    case 'retire-entry':
      return ask(to(`entries/${act.id}`), { method: 'DELETE' });
    case 'add-alias':
      return ask(to(`entries/${act.id}/aliases`), {
        method: 'POST',
        json: { text: act.text, kind: act.kind },
      });
    case 'drop-alias':
      return ask(to(`entries/${act.id}/aliases/${act.alias}`), { method: 'DELETE' });
    case 'add-fact':
      return ask(to('facts'), { method: 'POST', json: act.fact });
    case 'edit-fact':
      return ask(to(`facts/${act.id}`), { method: 'PATCH', json: act.fact });
    case 'drop-fact':
      return ask(to(`facts/${act.id}`), { method: 'DELETE' });
    case 'know':
      return ask(to('knowledge'), { method: 'PATCH', json: act.change });
    case 'decide':
      return ask(to('inbox/decide'), {
        method: 'POST',
        json: { ids: act.ids, action: act.action, ...(act.edit ? { edit: act.edit } : {}) },
      });
  }
}

/** Changes the world; what shows it is asked for anew, whether the change was taken or refused. */
export function useWorldAct(novel: string) {
  const client = useQueryClient();
  return useMutation({
    mutationFn: (act: WorldAct) => send(novel, act),
    onSettled: () =>
      Promise.all([
        client.invalidateQueries({ queryKey: keys.world(novel) }),
        client.invalidateQueries({ queryKey: keys.entries(novel) }),
        client.invalidateQueries({ queryKey: keys.revisions(novel) }),
      ]),
  });
}

export function useMerge(novel: string, entry: string) {
  const client = useQueryClient();
  return useMutation({
    mutationFn: (wish: { into: string; preview: boolean }) =>
      ask<MergeView>(`/novels/${novel}/entries/${entry}/merge`, { method: 'POST', json: wish }),
    onSuccess: (_answer, { preview }) =>
      preview ? undefined : client.invalidateQueries({ queryKey: keys.world(novel) }),
  });
}
