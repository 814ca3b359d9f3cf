import { queryOptions, useMutation, useQueryClient } from '@tanstack/react-query';
import { api, body } from '@/shared/api/client';
import type { components } from '@/shared/api/generated/schema';
import { keys } from '@/shared/api/keys';
import { problemOf } from '@/shared/api/problems';
import { asOfOf, type Moment } from './moments';
import type { FactWish } from './types';

type Schemas = components['schemas'];

const NOVEL = '/api/v1/novels/{novel_id}' as const;
const at = (moment: Moment) => ({ as_of: asOfOf(moment), clock: moment.clock });

export const treeQuery = (novel: string) =>
  queryOptions({
    queryKey: keys.tree(novel),
    queryFn: ({ signal }) =>
      body(api.GET(`${NOVEL}/tree`, { params: { path: { novel_id: novel } }, signal })),
  });

export const timelineQuery = (novel: string) =>
  queryOptions({
    queryKey: keys.timeline(novel),
    queryFn: ({ signal }) =>
      body(api.GET(`${NOVEL}/timeline`, { params: { path: { novel_id: novel } }, signal })),
  });

export const entriesQuery = (novel: string, moment: Moment) =>
  queryOptions({
    queryKey: keys.world(novel, 'entries', asOfOf(moment), moment.clock),
    queryFn: async ({ signal }) => {
      const params = { path: { novel_id: novel }, query: at(moment) };
      return (await body(api.GET(`${NOVEL}/entries`, { params, signal }))).items;
    },
  });

export const entryQuery = (novel: string, entry: string, moment: Moment) =>
  queryOptions({
    queryKey: keys.world(novel, 'entry', entry, asOfOf(moment), moment.clock),
    queryFn: ({ signal }) => {
      const params = { path: { novel_id: novel, entry_id: entry }, query: at(moment) };
      return body(api.GET(`${NOVEL}/entries/{entry_id}`, { params, signal }));
    },
  });

export const factsQuery = (novel: string) =>
  queryOptions({
    queryKey: keys.world(novel, 'facts'),
    queryFn: async ({ signal }) =>
      (await body(api.GET(`${NOVEL}/facts`, { params: { path: { novel_id: novel } }, signal })))
        .items,
  });

export const predicatesQuery = (novel: string, language: string) =>
  queryOptions({
    queryKey: keys.predicates(language),
    queryFn: async ({ signal }) => {
      const lang: 'en' | 'zh' = language.startsWith('zh') ? 'zh' : 'en';
      const params = { path: { novel_id: novel }, query: { lang } };
      return (await body(api.GET(`${NOVEL}/predicates`, { params, signal }))).items;
    },
    staleTime: Infinity,
  });

export const inboxQuery = (novel: string) =>
  queryOptions({
    queryKey: keys.world(novel, 'inbox'),
    queryFn: async ({ signal }) => {
      const params = { path: { novel_id: novel }, query: { status: 'open' as const } };
      return (await body(api.GET(`${NOVEL}/inbox`, { params, signal }))).items;
    },
  });

export const knowledgeQuery = (novel: string, moment: Moment) =>
  queryOptions({
    queryKey: keys.world(novel, 'knowledge', asOfOf(moment), moment.clock),
    queryFn: ({ signal }) => {
      const params = { path: { novel_id: novel }, query: at(moment) };
      return body(api.GET(`${NOVEL}/knowledge`, { params, signal }));
    },
  });

export const calendarQuery = (novel: string) =>
  queryOptions({
    queryKey: keys.world(novel, 'calendar'),
    queryFn: ({ signal }) =>
      body(api.GET(`${NOVEL}/calendar`, { params: { path: { novel_id: novel } }, signal })),
  });

/** Everything an author does to the world; each is done at once and is one revision of the book. */
export type WorldAct =
  | { do: 'add-entry'; entry: Schemas['EntryWrite'] }
  | { do: 'edit-entry'; id: string; entry: Schemas['EntryPatch'] }
  | { do: 'retire-entry'; id: string }
  | { do: 'add-alias'; id: string; alias: Schemas['AliasWrite'] }
  | { do: 'drop-alias'; id: string; alias: string }
  | { do: 'add-fact'; fact: FactWish }
  | { do: 'edit-fact'; id: string; fact: Schemas['FactPatch'] }
  | { do: 'drop-fact'; id: string }
  | { do: 'know'; change: Schemas['BeliefWrite'] }
  | { do: 'decide'; wish: Schemas['InboxDecide'] };

async function send(novel: string, act: WorldAct): Promise<unknown> {
  const path = { novel_id: novel };
  switch (act.do) {
    case 'add-entry':
      return body(api.POST(`${NOVEL}/entries`, { params: { path }, body: act.entry }));
    case 'edit-entry':
      return body(
        api.PATCH(`${NOVEL}/entries/{entry_id}`, {
          params: { path: { ...path, entry_id: act.id } },
          body: act.entry,
        }),
      );
    case 'retire-entry':
      return body(
        api.DELETE(`${NOVEL}/entries/{entry_id}`, {
          params: { path: { ...path, entry_id: act.id } },
        }),
      );
    case 'add-alias':
      return body(
        api.POST(`${NOVEL}/entries/{entry_id}/aliases`, {
          params: { path: { ...path, entry_id: act.id } },
          body: act.alias,
        }),
      );
    case 'drop-alias':
      return body(
        api.DELETE(`${NOVEL}/entries/{entry_id}/aliases/{alias_id}`, {
          params: { path: { ...path, entry_id: act.id, alias_id: act.alias } },
        }),
      );
    case 'add-fact':
      return body(api.POST(`${NOVEL}/facts`, { params: { path }, body: act.fact }));
    case 'edit-fact':
      return body(
        api.PATCH(`${NOVEL}/facts/{fact_id}`, {
          params: { path: { ...path, fact_id: act.id } },
          body: act.fact,
        }),
      );
    case 'drop-fact':
      return body(
        api.DELETE(`${NOVEL}/facts/{fact_id}`, { params: { path: { ...path, fact_id: act.id } } }),
      );
    case 'know':
      return body(api.PATCH(`${NOVEL}/knowledge`, { params: { path }, body: act.change }));
    case 'decide':
      return body(api.POST(`${NOVEL}/inbox/decide`, { params: { path }, body: act.wish }));
  }
}

/** Changes the world; what shows it is asked for anew, whether the change was taken or refused. */
export function useWorldAct(novel: string) {
  const client = useQueryClient();
  return useMutation({
    mutationFn: (act: WorldAct) => send(novel, act),
    // An agent may hold the book for a moment; what a store refused for that was not done.
    retry: (tries, error) => tries < 2 && problemOf(error).code === 'store-unavailable',
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
      body(
        api.POST(`${NOVEL}/entries/{entry_id}/merge`, {
          params: { path: { novel_id: novel, entry_id: entry } },
          body: wish,
        }),
      ),
    onSuccess: (_answer, { preview }) =>
      preview ? undefined : client.invalidateQueries({ queryKey: keys.world(novel) }),
  });
}
