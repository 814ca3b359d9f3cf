import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import type { NovelTree } from '@/shared/api/types';
import type { StructureOp } from '@/shared/api/structure';
import { SelectField } from '@/shared/ui/fields';
import { FormDialog } from '@/shared/ui/form-dialog';
import { moveOp, type BoardScene } from '../board';

interface MoveDialogProps {
  readonly scene: BoardScene;
  readonly tree: NovelTree;
  readonly title: string;
  readonly onMove: (op: StructureOp) => void;
  readonly onClose: () => void;
}

/** Chooses a chapter and a place in it; what dragging would do, without dragging. */
export function MoveDialog({ scene, tree, title, onMove, onClose }: MoveDialogProps) {
  const { t } = useTranslation('plan');
  const chapters = tree.parts.flatMap((part) => part.chapters);
  const [chapter, setChapter] = useState(scene.chapter);
  const others =
    chapters.find(({ id }) => id === chapter)?.scenes.filter(({ id }) => id !== scene.id) ?? [];
  const [after, setAfter] = useState('');
  return (
    <FormDialog
      title={t('board.moveTitle', { title })}
      submit={t('board.move')}
      pending={false}
      error={null}
      onSubmit={() => {
        onMove(moveOp(scene.id, chapter, after || null));
        onClose();
      }}
      onClose={onClose}
    >
      <SelectField
        label={t('board.chapter')}
        value={chapter}
        options={chapters.map(({ id, number, title: name }) => ({
          value: id,
          label: [t('untitled', { number }), name].filter(Boolean).join(' · '),
        }))}
        onChange={(next) => {
          setChapter(next);
          setAfter('');
        }}
      />
      <SelectField
        label={t('board.place')}
        value={after}
        options={[
          { value: '', label: t('board.first') },
          ...others.map((one, index) => ({
            value: one.id,
            label: t('board.after', {
              title: one.title || t('board.scene', { number: index + 1 }),
            }),
          })),
        ]}
        onChange={setAfter}
      />
    </FormDialog>
  );
}
