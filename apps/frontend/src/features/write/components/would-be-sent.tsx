import { useState, type ReactNode } from 'react';
import { useTranslation } from 'react-i18next';
import { Button } from '@/shared/ui/button';
import { Dialog } from '@/shared/ui/dialog';
import { Field } from '@/shared/ui/field';
import { Select } from '@/shared/ui/select';
import type { Place } from '../places';

interface WouldBeSentProps {
  readonly place: Place;
  /** The scenes that are still empty, at least one. */
  readonly scenes: readonly string[];
  readonly preview: (scene: string) => ReactNode;
}

/** The way to look at what a draft would be written from, before it is asked for. */
export function WouldBeSent({ place, scenes, preview }: WouldBeSentProps) {
  const { t } = useTranslation('write');
  const [open, setOpen] = useState(false);
  const [chosen, setChosen] = useState(scenes[0] ?? '');
  const scene = scenes.includes(chosen) ? chosen : (scenes[0] ?? '');
  const options = place.chapter.scenes.flatMap((one, index) =>
    scenes.includes(one.id)
      ? [{ value: one.id, label: one.title || t('binder.scene', { number: index + 1 }) }]
      : [],
  );
  return (
    <>
      <Button variant="link" className="text-meta" onClick={() => setOpen(true)}>
        {t('end.preview')}
      </Button>
      {open ? (
        <Dialog
          wide
          open
          onOpenChange={setOpen}
          title={t('end.previewTitle')}
          description={t('end.previewText')}
        >
          {options.length > 1 ? (
            <Field label={t('end.previewScene')}>
              {(described) => (
                <Select value={scene} options={options} onValueChange={setChosen} {...described} />
              )}
            </Field>
          ) : null}
          {preview(scene)}
        </Dialog>
      ) : null}
    </>
  );
}
