import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { useStore } from 'zustand';
import { PageSurface } from '@/prose/react/page-surface';
import type { NovelRead, NovelTree } from '@/shared/api/types';
import { classNames } from '@/shared/ui/class-names';
import { toast } from '@/shared/ui/toast';
import { chapterStore } from '../chapter-store';
import { useCaret } from '../hooks/use-caret';
import { useDesk } from '../hooks/use-desk';
import { useFocusMode } from '../hooks/use-focus-mode';
import { useSession } from '../hooks/use-session';
import { useShortcuts } from '../hooks/use-shortcuts';
import type { Place } from '../places';
import type { Opening } from '../queries';
import { redoHunk } from '../runs/redo';
import { goToEnd } from '../runs/target';
import { Binder, BinderDrawer } from './binder';
import type { QuestionOf } from './asking-runs';
import { ChapterEnd, type PreviewOf } from './chapter-end';
import { ChapterNotices } from './chapter-notices';
import { ConflictDialog } from './conflict-dialog';
import type { OtherModelOf } from './failed-runs';
import { GoOnBox } from './go-on-box';
import { LostProposals } from './lost-proposals';
import { ReviewBar } from './review-bar';
import { SelectionBar, type ReceiptOf } from './selection-bar';
import { StatusLine } from './status-line';
import { VersionsPanel } from './versions-panel';

interface ChapterPageProps {
  readonly user: string;
  readonly novel: NovelRead;
  readonly tree: NovelTree;
  readonly place: Place;
  readonly opening: Opening;
  /** A paragraph to open at. */
  readonly at?: string | undefined;
  readonly receipt?: ReceiptOf | undefined;
  readonly preview?: PreviewOf | undefined;
  readonly question?: QuestionOf | undefined;
  readonly otherModel?: OtherModelOf | undefined;
}

const nothing = chapterStore();

/** One chapter, open for writing. */
export function ChapterPage(props: ChapterPageProps) {
  const { user, novel, tree, place, opening, at, receipt, preview } = props;
  const { t } = useTranslation(['write', 'proposals']);
  const { chapter } = place;
  const title = chapter.title || t('binder.chapter', { number: chapter.number });
  const { session, open } = useSession({
    user,
    novel: novel.id,
    chapter: chapter.id,
    title,
    language: novel.language,
    opening,
    onRedo: (opened, proposal, key) => {
      redoHunk(opened, proposal, key, follow).catch(() => toast(t('proposals:redoFailed')));
    },
  });
  const state = useStore(session?.store ?? nothing);
  const follow = useDesk(session, novel.id, chapter.id);
  useCaret(session, novel, at);
  const [history, setHistory] = useState(false);
  const [binder, setBinder] = useState(true);
  const [drawer, setDrawer] = useState(false);
  const [rewriting, setRewriting] = useState(false);
  const [goingOn, setGoingOn] = useState(false);
  const focus = useFocusMode(session);
  useShortcuts(session, {
    toggleFocus: focus.toggle,
    toggleHistory: () => setHistory((shown) => !shown),
    toggleBinder: () =>
      matchMedia('(min-width: 64rem)').matches
        ? setBinder((shown) => !shown)
        : setDrawer((shown) => !shown),
    rewrite: () => setRewriting(true),
    goOn: () => setGoingOn(true),
  });
  return (
    <div className="bg-paper flex shrink-0 grow">
      {binder && !focus.on ? (
        <Binder novel={novel.id} tree={tree} place={place} store={state} />
      ) : null}
      <div className="flex min-w-0 grow flex-col">
        <main
          id="main"
          tabIndex={-1}
          className={classNames(
            'relative mx-auto w-full max-w-[40rem] grow px-5 pb-24 sm:px-8',
            focus.on ? 'pt-24' : 'pt-10',
          )}
        >
          <ChapterNotices
            session={session}
            state={state}
            fromDevice={opening.fromDevice}
            novel={novel.id}
            scenes={chapter.scenes}
          />
          <h1
            tabIndex={-1}
            lang={novel.language}
            className="text-chapter mt-6 mb-10 text-center font-serif font-medium text-balance"
          >
            {title}
          </h1>
          <PageSurface open={open} />
          {session ? (
            <>
              <SelectionBar
                session={session}
                selected={state.selected}
                follow={follow}
                open={rewriting}
                onOpenChange={setRewriting}
                receipt={receipt}
              />
              {goingOn && !state.elsewhere ? (
                <GoOnBox session={session} follow={follow} onClose={() => setGoingOn(false)} />
              ) : null}
              <LostProposals session={session} lost={state.lost} />
              <ChapterEnd
                session={session}
                state={state}
                place={place}
                tree={tree}
                follow={follow}
                onGoOn={() => {
                  goToEnd(session);
                  setGoingOn(true);
                }}
                preview={preview}
                question={props.question}
                otherModel={props.otherModel}
              />
            </>
          ) : null}
        </main>
        <div className="sticky bottom-0 z-20">
          {session ? <ReviewBar session={session} changes={state.changes} /> : null}
          <StatusLine
            session={session}
            state={state}
            chapter={chapter}
            focus={focus}
            history={history}
            onHistory={() => setHistory((shown) => !shown)}
            onBinder={() => setDrawer(true)}
          />
        </div>
      </div>
      {drawer && !focus.on ? (
        <BinderDrawer
          novel={novel.id}
          tree={tree}
          place={place}
          store={state}
          onClose={() => setDrawer(false)}
        />
      ) : null}
      {history && session && !focus.on ? (
        <VersionsPanel session={session} chapter={chapter} onClose={() => setHistory(false)} />
      ) : null}
      {session && state.save.state === 'conflict' ? (
        <ConflictDialog key={state.save.scene} session={session} conflict={state.save} />
      ) : null}
    </div>
  );
}
