import { ask } from '@/shared/api/ask';
import { api, body } from '@/shared/api/client';
import type { NovelTree, RunRead } from '@/shared/api/types';
import type { Decision } from '@/prose/changes/judge';
import type { SceneJson } from '@/prose/json';
import type { ChapterContent, Proposal, Saved, Version } from './model';

/** One save of one scene. `opId` makes a repeated save harmless. */
export interface SceneSave {
  readonly scene: string;
  readonly version: number;
  readonly opId: string;
  readonly json: SceneJson;
  readonly decisions: readonly Decision[];
  readonly leaving: boolean;
}

export const fetchChapter = (chapter: string) =>
  ask<ChapterContent>(`/chapters/${chapter}/content`);

export function saveScene(save: SceneSave, keepalive = false): Promise<Saved> {
  return ask(`/scenes/${save.scene}/content`, {
    method: 'PUT',
    keepalive,
    headers: { 'if-match': `"${save.version}"`, 'idempotency-key': save.opId },
    json: { json: save.json, decisions: save.decisions, leaving: save.leaving },
  });
}

export const fetchTree = (novel: string): Promise<NovelTree> =>
  body(api.GET('/api/v1/novels/{novel_id}/tree', { params: { path: { novel_id: novel } } }));

export const fetchVersions = async (scene: string) =>
  (await ask<{ items: Version[] }>(`/scenes/${scene}/versions`)).items;

export const fetchVersion = (scene: string, version: string) =>
  ask<Version & { json: SceneJson }>(`/scenes/${scene}/versions/${version}`);

export const nameVersion = (scene: string, label: string) =>
  ask<Version>(`/scenes/${scene}/versions`, { method: 'POST', json: { label } });

export const restoreVersion = (scene: string, version: string) =>
  ask<unknown>(`/scenes/${scene}/restore`, { method: 'POST', json: { version_id: version } });

export const fetchProposals = async (novel: string) =>
  (await ask<{ items: Proposal[] }>(`/novels/${novel}/proposals`)).items;

export const fetchProposal = (proposal: string) => ask<Proposal>(`/proposals/${proposal}`);

export const decideProposal = (proposal: string, action: 'accept' | 'reject') =>
  ask<Proposal>(`/proposals/${proposal}/decide`, { method: 'POST', json: { action } });

export const fetchRuns = async (novel: string) =>
  (await ask<{ items: RunRead[] }>(`/runs?novel_id=${novel}`)).items;

export const commandRun = (run: string, command: 'cancel' | 'pause' | 'resume') =>
  ask<RunRead>(`/runs/${run}/${command}`, { method: 'POST', json: {} });

export const putPlace = (novel: string, place: { scene_id: string; pid: string; off: number }) =>
  ask<unknown>(`/novels/${novel}/place`, { method: 'PUT', json: place });

/** The author's word that a scene is still fine although a fact under it changed. */
export const sayStillFine = (novel: string, scene: string) =>
  body(
    api.POST('/api/v1/novels/{novel_id}/ripple/clear', {
      params: { path: { novel_id: novel } },
      body: { kind: 'scene', id: scene },
    }),
  );

/** The endpoint of the demo model, to repeat a run with; null where there is none. */
export async function demoModel(): Promise<{ endpoint_id: string; model: string } | null> {
  const { items } = await body(api.GET('/api/v1/models'));
  const found = items.find((one) => one.demo);
  return found ? { endpoint_id: found.endpoint_id, model: found.model } : null;
}

/** Goes on with a failed run from the step that failed, with another model when one is given. */
export const retryRun = (run: string, model: { endpoint_id: string; model: string } | null) =>
  ask<RunRead>(`/runs/${run}/retry`, {
    method: 'POST',
    json: model ? { model_override: model } : {},
  });
