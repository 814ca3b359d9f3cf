import { useMutation, useQueryClient } from '@tanstack/react-query';
import { api, body } from './client';
import { keys } from './keys';
import type { NovelTree } from './types';

/** One change of the order of a book, as the server takes it. */
export interface StructureOp {
  readonly op: 'insert' | 'move' | 'rename' | 'delete' | 'restore' | 'split' | 'merge';
  readonly kind: 'chapter' | 'scene';
  readonly id: string;
  readonly parent_id?: string | null;
  readonly after_id?: string | null;
  readonly title?: string | null;
  readonly scene_id?: string | null;
}

/** Changes the order of a book; the answer's inverse undoes it. */
export function useStructure(novel: string, tree: NovelTree) {
  const client = useQueryClient();
  return useMutation({
    mutationFn: (ops: readonly StructureOp[]) => {
      const now = client.getQueryData<NovelTree>(keys.tree(novel)) ?? tree;
      return body(
        api.POST('/api/v1/novels/{novel_id}/structure', {
          params: { path: { novel_id: novel } },
          body: { base_version: now.structure_version, ops: [...ops] },
        }),
      );
    },
    onSettled: () =>
      Promise.all([
        client.invalidateQueries({ queryKey: keys.tree(novel) }),
        client.invalidateQueries({ queryKey: keys.plan(novel) }),
        client.invalidateQueries({ queryKey: ['chapter'] }),
      ]),
  });
}
