import { useQuery } from '@tanstack/react-query';
import { useTranslation } from 'react-i18next';
import { meQuery } from '@/shared/api/system-queries';
import { formatTime } from '@/shared/i18n/format';
import { download, rescueText } from '@/shared/storage/rescue';
import { Button } from '@/shared/ui/button';
import { classNames } from '@/shared/ui/class-names';
import { useWords } from '@/shared/ui/figures';
import { Popover } from '@/shared/ui/popover';
import { useProblemWords } from '@/shared/ui/problem-words';
import type { ChapterState } from '../chapter-store';
import type { TreeChapter } from '../places';
import type { Session } from '../session';

const SHAPE = { saved: '●', saving: '◌', device: '◐', failed: '▲', conflict: '▲' } as const;

interface SaveLineProps {
  readonly session: Session | null;
  readonly state: ChapterState;
  readonly chapter: TreeChapter;
}

/** One place says whether the text is safe: a word and a shape. Opened, it lists the last saves. */
export function SaveLine({ session, state, chapter }: SaveLineProps) {
  const { t } = useTranslation('write');
  const me = useQuery(meQuery);
  const { save } = state;
  const reason = useProblemWords({ code: save.state === 'failed' ? save.code : 'offline' });
  const rescue = async () => {
    const text = await rescueText(me.data?.id ?? '', 'md');
    download(text, 'infinite-scribe.md', 'text/markdown');
  };
  const text =
    save.state === 'device'
      ? t('save.device', { waiting: save.waiting })
      : save.state === 'failed'
        ? t('save.failed', { reason })
        : t(`save.${save.state}`);
  const calm = save.state === 'saved' || save.state === 'saving';
  return (
    <>
      <span role="status" className="sr-only">
        {text}
      </span>
      <Popover
        label={t('save.recent')}
        trigger={
          <Button
            variant="quiet"
            size="small"
            aria-label={`${text} · ${t('save.recent')}`}
            className={classNames('text-small font-normal', calm ? 'text-ink-3' : 'text-doubt')}
          >
            <span aria-hidden>{SHAPE[save.state]}</span>
            {text}
          </Button>
        }
      >
        <RecentSaves state={state} chapter={chapter} />
      </Popover>
      {save.state === 'failed' || save.state === 'device' ? (
        <>
          <Button variant="link" className="text-small" onClick={() => session?.autosave.retry()}>
            {t('save.retry')}
          </Button>
          <Button variant="link" className="text-small max-sm:hidden" onClick={() => void rescue()}>
            {t('save.rescue')}
          </Button>
        </>
      ) : null}
    </>
  );
}

function RecentSaves({ state, chapter }: Pick<SaveLineProps, 'state' | 'chapter'>) {
  const { t, i18n } = useTranslation('write');
  const words = useWords();
  const nameOf = (id: string) => {
    const index = chapter.scenes.findIndex((scene) => scene.id === id);
    return chapter.scenes[index]?.title || t('binder.scene', { number: index + 1 });
  };
  return (
    <>
      <p className="text-ui font-medium">{t('save.recent')}</p>
      {state.saves.length === 0 ? (
        <p className="text-meta text-ink-2 mt-2">{t('save.none')}</p>
      ) : (
        <ol className="text-meta figures divide-line mt-2 max-h-72 divide-y overflow-y-auto">
          {state.saves.map((one) => (
            <li key={`${one.scene}/${one.version}`} className="flex gap-3 py-1.5">
              <span className="text-ink-3">{formatTime(one.at, i18n.language)}</span>
              <span className="min-w-0 grow truncate">{nameOf(one.scene)}</span>
              <span className="text-ink-2">
                {`${words(one.words)} · ${t('save.version', { number: one.version })}`}
              </span>
            </li>
          ))}
        </ol>
      )}
    </>
  );
}
