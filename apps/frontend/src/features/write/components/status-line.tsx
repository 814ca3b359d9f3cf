import { PanelLeft } from 'lucide-react';
import { useTranslation } from 'react-i18next';
import { Button } from '@/shared/ui/button';
import { classNames } from '@/shared/ui/class-names';
import { useWords } from '@/shared/ui/figures';
import { IconButton } from '@/shared/ui/icon-button';
import { Tooltip } from '@/shared/ui/tooltip';
import type { ChapterState } from '../chapter-store';
import type { FocusMode } from '../hooks/use-focus-mode';
import type { TreeChapter } from '../places';
import type { Session } from '../session';
import { SaveLine } from './save-line';

interface StatusLineProps {
  readonly session: Session | null;
  readonly state: ChapterState;
  readonly chapter: TreeChapter;
  readonly focus: FocusMode;
  readonly history: boolean;
  readonly onHistory: () => void;
  /** Opens the list of chapters where it has no room beside the page. */
  readonly onBinder: () => void;
}

/** The foot of the page: how much there is, whether it is safe, and two switches. */
export function StatusLine(props: StatusLineProps) {
  const { session, state, chapter, focus, history, onHistory, onBinder } = props;
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
      <SaveLine session={session} state={state} chapter={chapter} />
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
