import { useMutation, useQueryClient } from '@tanstack/react-query';
import { useNavigate } from '@tanstack/react-router';
import { useTranslation } from 'react-i18next';
import { api, body } from '@/shared/api/client';
import { keys } from '@/shared/api/keys';
import type { NovelTree } from '@/shared/api/types';
import { newId } from '@/shared/text/ids';
import { toast } from '@/shared/ui/toast';
import type { Place } from '../places';

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
        client.invalidateQueries({ queryKey: ['chapter'] }),
      ]),
  });
}

/** A chapter after the given one, with its first scene; opens it. */
export function useNewChapter(novel: string, tree: NovelTree) {
  const structure = useStructure(novel, tree);
  const navigate = useNavigate();
  return useMutation({
    mutationFn: async ({ part, chapter }: Pick<Place, 'part' | 'chapter'>) => {
      const id = newId();
      await structure.mutateAsync([
        {
          op: 'insert',
          kind: 'chapter',
          id,
          parent_id: part.id,
          after_id: chapter.id,
          scene_id: newId(),
        },
      ]);
      return id;
    },
    onSuccess: (node) => void navigate({ to: '/n/$novel/write/{-$node}', params: { novel, node } }),
  });
}

/** Deletes with an undo that puts back exactly what went. */
export function useDelete(novel: string, tree: NovelTree) {
  const { t } = useTranslation(['write', 'common']);
  const structure = useStructure(novel, tree);
  return (kind: 'chapter' | 'scene', id: string, title: string, after: () => void) =>
    structure.mutate([{ op: 'delete', kind, id }], {
      onSuccess: (changed) => {
        toast(t('binder.deleted', { title }), {
          label: t('common:actions.undo'),
          run: () => structure.mutate(changed.inverse as readonly StructureOp[]),
        });
        after();
      },
      onError: () => toast(t('binder.failed')),
    });
}
