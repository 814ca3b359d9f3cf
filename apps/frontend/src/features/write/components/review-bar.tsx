import { ChevronDown, ChevronLeft, ChevronRight, ChevronUp } from 'lucide-react';
import type { KeyboardEvent } from 'react';
import { useTranslation } from 'react-i18next';
import type { Changes } from '@/prose/changes/plugin';
import { Button } from '@/shared/ui/button';
import { IconButton } from '@/shared/ui/icon-button';
import { currentHunk, decideAll, decideHunks, moveFocus } from '../review';
import { switchVariant, variantOf } from '../runs/show-proposals';
import type { Session } from '../session';

interface ReviewBarProps {
  readonly session: Session;
  readonly changes: Changes;
}

/** The bar under the page while changes wait: walk them with J and K, decide with Y and N, all with A and R. */
export function ReviewBar({ session, changes }: ReviewBarProps) {
  const { t } = useTranslation('proposals');
  const { index, hunks } = currentHunk(changes);
  const hunk = hunks[index];
  if (!hunk) return null;
  const { view } = session.page;
  const decide = (action: 'accept' | 'reject') => {
    decideHunks(view, hunk.proposal, [hunk.key], action);
    view.focus();
  };
  const variant = variantOf(session, hunk.proposal);
  const other = (step: 1 | -1) => switchVariant(session, hunk.proposal, step);
  const keys: Record<string, () => void> = {
    '[': () => other(-1),
    ']': () => other(1),
    j: () => moveFocus(view, 1, false),
    k: () => moveFocus(view, -1, false),
    y: () => decideHunks(view, hunk.proposal, [hunk.key], 'accept'),
    n: () => decideHunks(view, hunk.proposal, [hunk.key], 'reject'),
    a: () => decideAll(view, 'accept'),
    r: () => decideAll(view, 'reject'),
  };
  const onKeyDown = (event: KeyboardEvent) => {
    if (event.ctrlKey || event.altKey || event.metaKey || event.nativeEvent.isComposing) return;
    const action = keys[event.key.toLowerCase()];
    if (!action) return;
    event.preventDefault();
    action();
  };
  return (
    <div
      role="toolbar"
      aria-label={t('bar')}
      tabIndex={-1}
      onKeyDown={onKeyDown}
      className="bg-raised border-line flex flex-wrap items-center justify-center gap-2 border-t px-4 py-2"
    >
      <IconButton icon={ChevronUp} label={t('previous')} onClick={() => moveFocus(view, -1)} />
      <span role="status" className="text-meta text-ink-2 figures min-w-16 text-center">
        {t('counter', { index: index + 1, total: hunks.length })}
      </span>
      <IconButton icon={ChevronDown} label={t('next')} onClick={() => moveFocus(view, 1)} />
      {variant ? (
        <>
          <span className="bg-line mx-2 h-5 w-px max-sm:hidden" />
          <IconButton
            icon={ChevronLeft}
            label={t('previousVariant')}
            disabled={variant.isFixed}
            onClick={() => other(-1)}
          />
          <span role="status" className="text-meta text-ink-2 figures">
            {t('variant', { number: variant.number, total: variant.total })}
          </span>
          <IconButton
            icon={ChevronRight}
            label={t('nextVariant')}
            disabled={variant.isFixed}
            onClick={() => other(1)}
          />
        </>
      ) : null}
      <span className="bg-line mx-2 h-5 w-px max-sm:hidden" />
      <Button variant="primary" size="small" disabled={hunk.stale} onClick={() => decide('accept')}>
        {t('accept')}
      </Button>
      <Button size="small" onClick={() => decide('reject')}>
        {t('reject')}
      </Button>
      <Button variant="quiet" size="small" onClick={() => decideAll(view, 'accept')}>
        {t('acceptAll')}
      </Button>
      <Button variant="quiet" size="small" onClick={() => decideAll(view, 'reject')}>
        {t('rejectAll')}
      </Button>
    </div>
  );
}
