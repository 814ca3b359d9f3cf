import { queryOptions } from '@tanstack/react-query';
import { api, body } from '@/shared/api/client';
import { keys } from '@/shared/api/keys';
import { problemOf } from '@/shared/api/problems';
import { draftsOf, keepChapter, keptChapter } from '@/shared/storage/drafts';
import { fetchChapter, fetchProposals, fetchRuns, fetchTree, fetchVersions } from './api';
import type { ChapterContent } from './model';
import { openScene, type OpenScene } from './saving/recover';

export const novelQuery = (novel: string) =>
  queryOptions({
    queryKey: keys.novel(novel),
    queryFn: ({ signal }) =>
      body(api.GET('/api/v1/novels/{novel_id}', { params: { path: { novel_id: novel } }, signal })),
  });

export const treeQuery = (novel: string) =>
  queryOptions({ queryKey: keys.tree(novel), queryFn: () => fetchTree(novel) });

/** The server's text of a chapter; refetched whenever something says it changed. */
export const chapterQuery = (chapter: string) =>
  queryOptions({ queryKey: keys.chapter(chapter), queryFn: () => fetchChapter(chapter) });

/** What a chapter opens with: the server's text, or without it the copy on this device, plus drafts. */
export interface Opening {
  readonly scenes: readonly OpenScene[];
  readonly fromDevice: boolean;
}

export const openingQuery = (user: string, novel: string, chapter: string) =>
  queryOptions({
    queryKey: ['opening', user, novel, chapter] as const,
    queryFn: async (): Promise<Opening> => {
      const { content, fromDevice } = await chapterOrCopy(user, novel, chapter);
      const drafts = await draftsOf(
        user,
        novel,
        content.scenes.map((scene) => scene.scene_id),
      );
      const scenes = content.scenes.map((scene) =>
        openScene(
          scene,
          drafts.find((draft) => draft.scene === scene.scene_id),
        ),
      );
      return { scenes, fromDevice };
    },
    // Each visit opens anew: the document itself lives in the page, not here.
    gcTime: 0,
    staleTime: Infinity,
    retry: false,
    networkMode: 'always',
  });

async function chapterOrCopy(user: string, novel: string, chapter: string) {
  try {
    const content = await fetchChapter(chapter);
    void keepChapter(user, novel, chapter, content);
    return { content, fromDevice: false };
  } catch (thrown) {
    const copy =
      problemOf(thrown).status === 404 ? undefined : await keptChapter(user, novel, chapter);
    if (!copy) throw thrown;
    return { content: copy.content as ChapterContent, fromDevice: true };
  }
}

export const versionsQuery = (scene: string) =>
  queryOptions({ queryKey: keys.versions(scene), queryFn: () => fetchVersions(scene) });

export const proposalsQuery = (novel: string) =>
  queryOptions({ queryKey: keys.proposals(novel), queryFn: () => fetchProposals(novel) });

const LIVE: readonly string[] = ['queued', 'running', 'waiting', 'paused', 'cancelling'];

/** The agents whose runs write text; what others do goes on beside the page and is no draft. */
const WRITES = /^(?:writer|director)\./u;

/** The runs of a book that still write. */
export const liveRunsQuery = (novel: string) =>
  queryOptions({
    queryKey: [...keys.runs(novel), 'live'] as const,
    queryFn: async () =>
      (await fetchRuns(novel)).filter(
        (run) => LIVE.includes(run.state) && !run.parent_id && WRITES.test(run.task),
      ),
  });
