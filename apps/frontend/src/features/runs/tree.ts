import { queryOptions } from '@tanstack/react-query';
import { api, body } from '@/shared/api/client';
import { keys } from '@/shared/api/keys';
import type { NovelTree } from '@/shared/api/types';

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

/** The chapter in which a scene stands. */
export const chapterOf = (tree: NovelTree, scene: string): string | undefined =>
  tree.parts
    .flatMap((part) => part.chapters)
    .find((chapter) => chapter.scenes.some((one) => one.id === scene))?.id;
