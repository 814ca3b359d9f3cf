import { useQuery } from '@tanstack/react-query';
import { PanelLeft } from 'lucide-react';
import { useTranslation } from 'react-i18next';
import { meQuery } from '@/shared/api/system-queries';
import { download, rescueText } from '@/shared/storage/rescue';
import { Button } from '@/shared/ui/button';
import { classNames } from '@/shared/ui/class-names';
import { useWords } from '@/shared/ui/figures';
import { IconButton } from '@/shared/ui/icon-button';
import { useProblemWords } from '@/shared/ui/problem-words';
import { Tooltip } from '@/shared/ui/tooltip';
import type { ChapterState } from '../chapter-store';
import type { FocusMode } from '../hooks/use-focus-mode';
import type { Session } from '../session';

interface StatusLineProps {
  readonly session: Session | null;
  readonly state: ChapterState;
  readonly focus: FocusMode;
  readonly history: boolean;
  readonly onHistory: () => void;
  /** Opens the list of chapters where it has no room beside the page. */
  readonly onBinder: () => void;
}

/** The foot of the page: how much there is, whether it is safe, and two switches. */
export function StatusLine(props: StatusLineProps) {
  const { session, state, focus, history, onHistory, onBinder } = props;
  const { t } = useTranslation('write');
  const words = useWords();
  const { selected } = state;
  return (
    <footer
      aria-label={t('status.label')}
      className={classNames(
        'bg-paper text-small text-ink-3 figures flex min-h-9 items-center gap-x-3 gap-y-1 px-4 sm:gap-x-5',
        !focus.on && 'border-line border-t',
      )}
    >
      {focus.on ? null : (
        <IconButton
          icon={PanelLeft}
          label={t('binder.show')}
          className="-ms-2 lg:hidden"
          onClick={onBinder}
        />
      )}
      <Tooltip text={t('status.rule')}>
        <span>{t('status.chapter', { words: words(state.words) })}</span>
      </Tooltip>
      {selected ? (
        <span className="max-sm:hidden">
          {t('status.selected', { words: words(selected.words) })}
        </span>
      ) : null}
      <span className="grow" />
      <SaveLine session={session} state={state} />
      {focus.on ? null : (
        <Button variant="quiet" size="small" aria-pressed={history} onClick={onHistory}>
          {t('status.history')}
        </Button>
      )}
      <Button
        variant="quiet"
        size="small"
        aria-pressed={focus.on}
        aria-keyshortcuts="Control+Shift+."
        onClick={focus.toggle}
      >
        {focus.on ? t('status.focusOff') : t('status.focus')}
      </Button>
    </footer>
  );
}

const SHAPE = { saved: '●', saving: '◌', device: '◐', failed: '▲', conflict: '▲' } as const;

/** One place says whether the text is safe: a word and a shape. */
function SaveLine({ session, state: { save } }: Pick<StatusLineProps, 'session' | 'state'>) {
  const { t } = useTranslation('write');
  const me = useQuery(meQuery);
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
  return (
    <>
      <span
        role="status"
        className={save.state === 'saved' || save.state === 'saving' ? '' : 'text-doubt'}
      >
        <span aria-hidden className="me-1.5">
          {SHAPE[save.state]}
        </span>
        {text}
      </span>
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
