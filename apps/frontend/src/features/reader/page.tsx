import { useQuery } from '@tanstack/react-query';
import { Link } from '@tanstack/react-router';
import { AArrowDown, AArrowUp } from 'lucide-react';
import { Fragment, type CSSProperties } from 'react';
import { useTranslation } from 'react-i18next';
import '@/prose/prose.css';
import type { NodeJson } from '@/prose/json';
import type { NovelTree } from '@/shared/api/types';
import { Button } from '@/shared/ui/button';
import { IconButton } from '@/shared/ui/icon-button';
import { Menu, MenuChoice } from '@/shared/ui/menu';
import { ProblemNote } from '@/shared/ui/problem-note';
import { THEMES, useTheme } from '@/shared/ui/theme';
import { Empty, Waiting } from '@/shared/ui/waiting';
import { ProseNodes } from './components/prose-nodes';
import { novelQuery, textQuery, treeQuery } from './queries';
import { SIZES, useReaderSize } from './settings';

interface ReaderPageProps {
  readonly novelId: string;
  readonly chapterId?: string | undefined;
}

/** A chapter set as in a book, for reading. */
export function ReaderPage({ novelId, chapterId }: ReaderPageProps) {
  const { t } = useTranslation('reader');
  const novel = useQuery(novelQuery(novelId));
  const tree = useQuery(treeQuery(novelId));
  const chapters = tree.data?.parts.flatMap((part) => part.chapters) ?? [];
  const index = Math.max(
    0,
    chapters.findIndex((one) => one.id === chapterId),
  );
  const chapter = chapters[index];
  const text = useQuery({ ...textQuery(chapter?.id ?? ''), enabled: chapter !== undefined });
  const { size } = useReaderSize();
  const error = novel.error ?? tree.error ?? text.error;
  const title = chapter?.title || t('chapter', { number: chapter?.number ?? 1 });
  const isEmpty = text.data?.every((scene) => !hasText(scene)) ?? false;
  return (
    <main id="main" tabIndex={-1} className="bg-paper grow px-5 pb-32 sm:px-8">
      <div className="mx-auto flex max-w-[38rem] items-center justify-end gap-2 pt-4">
        <ReaderSettings />
        {chapter ? (
          <Button variant="link" asChild>
            <Link to="/n/$novel/write/{-$node}" params={{ novel: novelId, node: chapter.id }}>
              {t('write')}
            </Link>
          </Button>
        ) : null}
      </div>
      <article
        lang={novel.data?.language === 'zh' ? 'zh-CN' : novel.data?.language}
        className="mx-auto max-w-[38rem]"
      >
        <h1
          tabIndex={-1}
          className="text-chapter mt-12 mb-12 text-center font-serif font-medium text-balance"
        >
          {chapter ? title : novel.data?.title}
        </h1>
        {error ? <ProblemNote error={error} text={t('failed')} /> : null}
        {!error && !text.data && chapter ? <Waiting text={t('opening')} lines={10} /> : null}
        {tree.data && !chapter ? <Empty text={t('none')} /> : null}
        {isEmpty ? <Empty text={t('empty')} /> : null}
        {text.data && !isEmpty ? (
          <div className="prose" style={pageSize(size)}>
            {text.data.map((scene, scenes) => (
              <Fragment key={String(scene.attrs?.id ?? scenes)}>
                {scenes > 0 ? <hr /> : null}
                <ProseNodes nodes={scene.content ?? []} />
              </Fragment>
            ))}
          </div>
        ) : null}
      </article>
      <ReaderNav novel={novelId} chapters={chapters} index={index} />
    </main>
  );
}

type Chapter = NovelTree['parts'][number]['chapters'][number];

function ReaderNav({
  novel,
  chapters,
  index,
}: {
  novel: string;
  chapters: readonly Chapter[];
  index: number;
}) {
  const { t } = useTranslation('reader');
  const nameOf = (chapter: Chapter) => chapter.title || t('chapter', { number: chapter.number });
  const link = (chapter: Chapter | undefined, label: string) =>
    chapter ? (
      <Link
        to="/n/$novel/read/{-$chapter}"
        params={{ novel, chapter: chapter.id }}
        className="text-ui text-ink-2 hover:text-ink flex max-w-[45%] flex-col gap-1"
      >
        <span className="text-small text-ink-3">{label}</span>
        <span className="font-serif">{nameOf(chapter)}</span>
      </Link>
    ) : (
      <span />
    );
  return (
    <nav
      aria-label={t('nav')}
      className="border-line mx-auto mt-20 flex max-w-[38rem] justify-between gap-6 border-t pt-6"
    >
      {link(chapters[index - 1], t('previous'))}
      {link(chapters[index + 1], t('next'))}
    </nav>
  );
}

function ReaderSettings() {
  const { t } = useTranslation(['reader', 'common']);
  const { theme, choose } = useTheme();
  const { size, step } = useReaderSize();
  return (
    <>
      <IconButton
        icon={AArrowDown}
        label={t('smaller')}
        disabled={size === SIZES[0]}
        onClick={() => step(-1)}
      />
      <IconButton
        icon={AArrowUp}
        label={t('larger')}
        disabled={size === SIZES.at(-1)}
        onClick={() => step(1)}
      />
      <Menu
        trigger={
          <Button variant="quiet" size="small">
            {t(`common:theme.${theme}`)}
          </Button>
        }
      >
        <MenuChoice
          label={t('common:theme.label')}
          value={theme}
          options={THEMES.map((value) => ({ value, label: t(`common:theme.${value}`) }))}
          onChange={choose}
        />
      </Menu>
    </>
  );
}

const pageSize = (size: number): CSSProperties & { '--page-size': string } => ({
  '--page-size': `${String(size)}px`,
});

const hasText = (node: NodeJson): boolean =>
  (node.text ?? '').trim() !== '' || (node.type !== 'beat' && (node.content ?? []).some(hasText));
