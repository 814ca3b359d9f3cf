import { useQuery } from '@tanstack/react-query';
import type { ReactNode } from 'react';
import { useTranslation } from 'react-i18next';
import { meQuery } from '@/shared/api/system-queries';
import { ProblemNote } from '@/shared/ui/problem-note';
import { Waiting } from '@/shared/ui/waiting';
import { ChapterPage } from './components/chapter-page';
import type { QuestionOf } from './components/asking-runs';
import type { PreviewOf } from './components/chapter-end';
import type { OtherModelOf } from './components/failed-runs';
import type { ReceiptOf } from './components/selection-bar';
import { NewerText } from './components/newer-text';
import { chapterOf, isNewer } from './places';
import { novelQuery, openingQuery, treeQuery } from './queries';

interface WritePageProps {
  readonly novelId: string;
  /** A chapter, or a scene in it; without one the last place in the book, else its first chapter. */
  readonly chapterId?: string | undefined;
  /** A paragraph to open at. */
  readonly at?: string | undefined;
  /** Draws what was sent for a call. */
  readonly receipt?: ReceiptOf | undefined;
  /** Draws what would be sent to draft a scene. */
  readonly preview?: PreviewOf | undefined;
  /** Draws what a waiting run asks. */
  readonly question?: QuestionOf | undefined;
  /** Draws the choice of another model for a run that failed. */
  readonly otherModel?: OtherModelOf | undefined;
  /** The live first run; while it is given it stands in place of the page. */
  readonly first?: ReactNode;
}

/** Writing: chapters on the left, the page in the middle, history on the right when it is wanted. */
export function WritePage(props: WritePageProps) {
  const { novelId, chapterId, at, receipt, preview, first } = props;
  const { t } = useTranslation('write');
  const me = useQuery(meQuery);
  const novel = useQuery(novelQuery(novelId));
  const tree = useQuery({ ...treeQuery(novelId), enabled: !first });
  const user = me.data?.id ?? '';
  const place = tree.data && chapterOf(tree.data, chapterId ?? novel.data?.place?.scene_id);
  const chapter = place?.chapter.id ?? '';
  const opening = useQuery({
    ...openingQuery(user, novelId, chapter),
    enabled: user !== '' && chapter !== '',
  });
  if (first) return first;
  const error = novel.error ?? tree.error ?? opening.error;
  if (error) {
    const retry = () => void Promise.all([novel.refetch(), tree.refetch(), opening.refetch()]);
    return (
      <main id="main" tabIndex={-1} className="mx-auto w-full max-w-2xl px-6 py-16">
        <ProblemNote error={error} text={t('page.failed')} onRetry={retry} />
      </main>
    );
  }
  if (!place || !novel.data || !opening.data) {
    return (
      <main id="main" tabIndex={-1} className="bg-paper mx-auto w-full max-w-2xl grow px-6 py-24">
        <h1 className="sr-only">{novel.data?.title ?? t('page.opening')}</h1>
        <Waiting text={t('page.opening')} lines={8} />
      </main>
    );
  }
  if (isNewer(opening.data.scenes.map((scene) => scene.json))) {
    return <NewerText scenes={opening.data.scenes.map((scene) => scene.json)} />;
  }
  return (
    <ChapterPage
      key={at ? `${chapter}/${at}` : chapter}
      at={at}
      receipt={receipt}
      preview={preview}
      question={props.question}
      otherModel={props.otherModel}
      user={user}
      novel={novel.data}
      tree={tree.data}
      place={place}
      opening={opening.data}
    />
  );
}
