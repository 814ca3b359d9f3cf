import { useMutation } from '@tanstack/react-query';
import { useNavigate } from '@tanstack/react-router';
import { useTranslation } from 'react-i18next';
import { useStructure, type StructureOp } from '@/shared/api/structure';
import type { NovelTree } from '@/shared/api/types';
import { newId } from '@/shared/text/ids';
import { toast } from '@/shared/ui/toast';
import type { Place } from '../places';

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
