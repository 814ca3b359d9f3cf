import { queryOptions, useMutation, useQueryClient } from '@tanstack/react-query';
import { api, body } from '@/shared/api/client';
import type { components } from '@/shared/api/generated/schema';
import { keys } from '@/shared/api/keys';
import { asOfOf, type Moment } from './moments';

type Schemas = components['schemas'];
export type Rule = Schemas['RuleView'];
export type RuleWish = Schemas['RuleWrite'];
export type RuleChange = Schemas['RulePatch'];
export type Way = Schemas['RouteView'];
export type WayWish = Schemas['RouteWrite'];

const NOVEL = '/api/v1/novels/{novel_id}' as const;

export const rulesQuery = (novel: string) =>
  queryOptions({
    queryKey: keys.world(novel, 'rules'),
    queryFn: async ({ signal }) =>
      (await body(api.GET(`${NOVEL}/rules`, { params: { path: { novel_id: novel } }, signal })))
        .items,
  });

export const waysQuery = (novel: string, moment: Moment) =>
  queryOptions({
    queryKey: keys.world(novel, 'ways', asOfOf(moment)),
    queryFn: async ({ signal }) => {
      const params = { path: { novel_id: novel }, query: { as_of: asOfOf(moment) } };
      return (await body(api.GET(`${NOVEL}/routes`, { params, signal }))).items;
    },
  });

/** What an author does to the laws and the ways of a world; each is done at once. */
export type LawAct =
  | { do: 'add-rule'; rule: RuleWish }
  | { do: 'edit-rule'; id: string; rule: RuleChange }
  | { do: 'drop-rule'; id: string }
  | { do: 'add-way'; way: WayWish }
  | { do: 'edit-way'; id: string; way: Schemas['RoutePatch'] }
  | { do: 'drop-way'; id: string };

async function send(novel: string, act: LawAct): Promise<unknown> {
  const path = { novel_id: novel };
  switch (act.do) {
    case 'add-rule':
      return body(api.POST(`${NOVEL}/rules`, { params: { path }, body: act.rule }));
    case 'edit-rule':
      return body(
        api.PATCH(`${NOVEL}/rules/{rule_id}`, {
          params: { path: { ...path, rule_id: act.id } },
          body: act.rule,
        }),
      );
    case 'drop-rule':
      return body(
        api.DELETE(`${NOVEL}/rules/{rule_id}`, { params: { path: { ...path, rule_id: act.id } } }),
      );
    case 'add-way':
      return body(api.POST(`${NOVEL}/routes`, { params: { path }, body: act.way }));
    case 'edit-way':
      return body(
        api.PATCH(`${NOVEL}/routes/{route_id}`, {
          params: { path: { ...path, route_id: act.id } },
          body: act.way,
        }),
      );
    case 'drop-way':
      return body(
        api.DELETE(`${NOVEL}/routes/{route_id}`, {
          params: { path: { ...path, route_id: act.id } },
        }),
      );
  }
}

/** Changes a law or a way; what shows the world is asked for anew either way. */
export function useLawAct(novel: string) {
  const client = useQueryClient();
  return useMutation({
    mutationFn: (act: LawAct) => send(novel, act),
    onSettled: () =>
      Promise.all([
        client.invalidateQueries({ queryKey: keys.world(novel) }),
        client.invalidateQueries({ queryKey: keys.revisions(novel) }),
      ]),
  });
}
