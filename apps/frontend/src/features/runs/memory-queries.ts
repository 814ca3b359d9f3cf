import { queryOptions } from '@tanstack/react-query';
import { api, body } from '@/shared/api/client';
import { keys } from '@/shared/api/keys';

const NOVEL = '/api/v1/novels/{novel_id}' as const;

/** What the ids of a receipt stand for today: facts, entries and rules by id, in the author's words. */
export const namesQuery = (novel: string) =>
  queryOptions({
    queryKey: keys.world(novel, 'receipt names'),
    queryFn: async ({ signal }) => {
      const params = { path: { novel_id: novel } };
      const [facts, entries, rules] = await Promise.all([
        body(api.GET(`${NOVEL}/facts`, { params, signal })),
        body(api.GET(`${NOVEL}/entries`, { params, signal })),
        body(api.GET(`${NOVEL}/rules`, { params, signal })),
      ]);
      return new Map([
        ...facts.items.map((fact): [string, string] => [fact.id, fact.text]),
        ...entries.items.map((entry): [string, string] => [entry.id, entry.name]),
        ...rules.items.map((rule): [string, string] => [rule.id, rule.statement]),
      ]);
    },
  });

/** What would be sent to draft a scene. Nothing is asked of a model and nothing is paid. */
export const previewQuery = (novel: string, scene: string, instruction: string) =>
  queryOptions({
    queryKey: keys.world(novel, 'preview', scene, instruction),
    queryFn: ({ signal }) =>
      body(
        api.POST(`${NOVEL}/context/preview`, {
          params: { path: { novel_id: novel } },
          body: {
            task: 'writer.draft_scene' as const,
            scene_id: scene,
            tier: 'full' as const,
            ...(instruction ? { instruction } : {}),
          },
          signal,
        }),
      ),
    gcTime: 0,
    retry: false,
  });
