import { X } from 'lucide-react';
import { Dialog } from 'radix-ui';
import { useEffect } from 'react';
import { useTranslation } from 'react-i18next';
import type { NovelTree } from '@/shared/api/types';
import { Button } from '@/shared/ui/button';
import { IconButton } from '@/shared/ui/icon-button';
import type { ChapterState } from '../chapter-store';
import { useNewChapter } from '../hooks/use-structure';
import type { Place } from '../places';
import { ChapterRow } from './binder-rows';

interface BinderProps {
  readonly novel: string;
  readonly tree: NovelTree;
  readonly place: Place;
  readonly store: ChapterState;
}

/** The book as a list of chapters; the open one shows its scenes. */
export function Binder(props: BinderProps) {
  const { t } = useTranslation('write');
  return (
    <nav
      aria-label={t('binder.label')}
      className="bg-chrome border-line sticky top-0 hidden max-h-[calc(100dvh-3rem)] w-64 shrink-0 self-start overflow-y-auto border-e px-2 py-4 lg:block lg:min-h-[calc(100dvh-3rem)] xl:w-72"
    >
      <BinderList {...props} />
    </nav>
  );
}

interface BinderDrawerProps extends BinderProps {
  readonly onClose: () => void;
}

const WIDE = '(min-width: 64rem)';

/** The same list over the page, for windows where it has no room beside it. */
export function BinderDrawer({ onClose, ...props }: BinderDrawerProps) {
  const { t } = useTranslation('write');
  useEffect(() => {
    const wide = matchMedia(WIDE);
    const close = () => wide.matches && onClose();
    wide.addEventListener('change', close);
    return () => wide.removeEventListener('change', close);
  }, [onClose]);
  return (
    <Dialog.Root open onOpenChange={onClose}>
      <Dialog.Portal>
        <Dialog.Overlay className="bg-veil fixed inset-0 z-40" />
        <Dialog.Content
          aria-describedby=""
          className="bg-chrome fixed inset-y-0 start-0 z-50 flex w-[min(20rem,86vw)] flex-col gap-2 overflow-y-auto p-3"
        >
          <div className="flex items-center justify-between ps-2">
            <Dialog.Title className="text-section font-semibold">{t('binder.label')}</Dialog.Title>
            <Dialog.Close asChild>
              <IconButton icon={X} label={t('binder.hide')} />
            </Dialog.Close>
          </div>
          <nav aria-label={t('binder.label')}>
            <BinderList {...props} />
          </nav>
        </Dialog.Content>
      </Dialog.Portal>
    </Dialog.Root>
  );
}

function BinderList({ novel, tree, place, store }: BinderProps) {
  const { t } = useTranslation('write');
  const add = useNewChapter(novel, tree);
  const last = tree.parts.at(-1);
  const lastChapter = last?.chapters.at(-1);
  return (
    <>
      {tree.parts.map((part) => (
        <div key={part.id}>
          {tree.parts.length > 1 ? (
            <h2 className="text-small text-ink-3 px-2 pt-3 pb-1">{part.title}</h2>
          ) : null}
          <ul>
            {part.chapters.map((chapter) => (
              <ChapterRow
                key={chapter.id}
                novel={novel}
                tree={tree}
                part={part}
                chapter={chapter}
                current={chapter.id === place.chapter.id}
                store={store}
              />
            ))}
          </ul>
        </div>
      ))}
      {last && lastChapter ? (
        <Button
          variant="quiet"
          size="small"
          className="mt-2"
          disabled={add.isPending}
          onClick={() => add.mutate({ part: last, chapter: lastChapter })}
        >
          {t('binder.newChapter')}
        </Button>
      ) : null}
    </>
  );
}
