import { Link, useNavigate } from '@tanstack/react-router';
import { MoreHorizontal } from 'lucide-react';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { useStructure } from '@/shared/api/structure';
import type { NovelTree } from '@/shared/api/types';
import { formatNumber } from '@/shared/i18n/format';
import { newId } from '@/shared/text/ids';
import { classNames } from '@/shared/ui/class-names';
import { IconButton } from '@/shared/ui/icon-button';
import { Menu, MenuItem, MenuLine } from '@/shared/ui/menu';
import type { ChapterState } from '../chapter-store';
import { useDelete, useNewChapter } from '../hooks/use-structure';
import type { TreeChapter, TreePart, TreeScene } from '../places';
import { RenameField } from './rename-field';

interface ChapterRowProps {
  readonly novel: string;
  readonly tree: NovelTree;
  readonly part: TreePart;
  readonly chapter: TreeChapter;
  readonly current: boolean;
  readonly store: ChapterState;
}

/** A chapter with its menu; the open one lists its scenes. */
export function ChapterRow({ novel, tree, part, chapter, current, store }: ChapterRowProps) {
  const { t, i18n } = useTranslation('write');
  const navigate = useNavigate();
  const [renaming, setRenaming] = useState(false);
  const structure = useStructure(novel, tree);
  const add = useNewChapter(novel, tree);
  const remove = useDelete(novel, tree);
  const title = chapter.title || t('binder.chapter', { number: chapter.number });
  const words = current ? store.words : chapter.words;
  const only = tree.parts.reduce((sum, one) => sum + one.chapters.length, 0) === 1;
  const rename = (next: string) => {
    setRenaming(false);
    if (next !== chapter.title) {
      structure.mutate([{ op: 'rename', kind: 'chapter', id: chapter.id, title: next }]);
    }
  };
  const addScene = (after: string | null) =>
    structure.mutate([
      { op: 'insert', kind: 'scene', id: newId(), parent_id: chapter.id, after_id: after },
    ]);
  const leave = () =>
    current && void navigate({ to: '/n/$novel/write/{-$node}', params: { novel } });
  return (
    <li>
      <div
        className={classNames(
          'group flex min-h-9 items-center gap-2 rounded ps-2',
          current && 'bg-paper',
        )}
      >
        <StatusShape words={words} status={chapter.status} />
        {renaming ? (
          <RenameField title={chapter.title} onDone={rename} />
        ) : (
          <Link
            to="/n/$novel/write/{-$node}"
            params={{ novel, node: chapter.id }}
            aria-current={current ? 'page' : undefined}
            className={classNames(
              'text-ui min-w-0 grow truncate py-2',
              current ? 'text-ink font-medium' : 'text-ink-2',
            )}
          >
            <span className="text-ink-3 figures me-2 inline-block min-w-5 text-end font-normal">
              {chapter.number}
            </span>
            {title}
          </Link>
        )}
        <span className="text-small text-ink-3 figures">
          {words > 0 ? formatNumber(words, i18n.language) : ''}
        </span>
        <Menu
          trigger={
            <IconButton
              icon={MoreHorizontal}
              label={t('binder.menu', { title })}
              className="opacity-0 group-focus-within:opacity-100 group-hover:opacity-100 aria-expanded:opacity-100 pointer-coarse:opacity-100"
            />
          }
        >
          <MenuItem onSelect={() => setRenaming(true)}>{t('binder.rename')}</MenuItem>
          <MenuItem onSelect={() => addScene(chapter.scenes.at(-1)?.id ?? null)}>
            {t('binder.newScene')}
          </MenuItem>
          <MenuItem onSelect={() => add.mutate({ part, chapter })}>
            {t('binder.insertChapterAfter')}
          </MenuItem>
          <MenuLine />
          <MenuItem
            danger
            disabled={only}
            onSelect={() => remove('chapter', chapter.id, title, leave)}
          >
            {t('binder.delete')}
          </MenuItem>
        </Menu>
      </div>
      {current && chapter.scenes.length > 1 ? (
        <ul className="mb-2 ps-6">
          {chapter.scenes.map((scene, index) => (
            <SceneRow
              key={scene.id}
              scene={scene}
              number={index + 1}
              words={store.sceneWords.get(scene.id) ?? scene.words}
              onRename={(next) =>
                structure.mutate([{ op: 'rename', kind: 'scene', id: scene.id, title: next }])
              }
              onInsert={() => addScene(scene.id)}
              onDelete={(name) => remove('scene', scene.id, name, () => undefined)}
            />
          ))}
        </ul>
      ) : null}
    </li>
  );
}

interface SceneRowProps {
  readonly scene: TreeScene;
  readonly number: number;
  readonly words: number;
  readonly onRename: (title: string) => void;
  readonly onInsert: () => void;
  readonly onDelete: (title: string) => void;
}

function SceneRow({ scene, number, words, onRename, onInsert, onDelete }: SceneRowProps) {
  const { t, i18n } = useTranslation('write');
  const [renaming, setRenaming] = useState(false);
  const title = scene.title || t('binder.scene', { number });
  return (
    <li className="group text-meta text-ink-2 flex min-h-8 items-center gap-2">
      <StatusShape words={words} status={scene.status} />
      {renaming ? (
        <RenameField
          title={scene.title}
          onDone={(next) => {
            setRenaming(false);
            if (next !== scene.title) onRename(next);
          }}
        />
      ) : (
        <span className="min-w-0 grow truncate">{title}</span>
      )}
      <span className="text-small text-ink-3 figures">
        {words > 0 ? formatNumber(words, i18n.language) : ''}
      </span>
      <Menu
        trigger={
          <IconButton
            icon={MoreHorizontal}
            label={t('binder.menu', { title })}
            className="opacity-0 group-focus-within:opacity-100 group-hover:opacity-100 aria-expanded:opacity-100 pointer-coarse:opacity-100"
          />
        }
      >
        <MenuItem onSelect={() => setRenaming(true)}>{t('binder.rename')}</MenuItem>
        <MenuItem onSelect={onInsert}>{t('binder.insertSceneAfter')}</MenuItem>
        <MenuLine />
        <MenuItem danger onSelect={() => onDelete(title)}>
          {t('binder.delete')}
        </MenuItem>
      </Menu>
    </li>
  );
}

/** The state of a chapter or scene by shape: empty, outline, draft, done. */
function StatusShape({ words, status }: { words: number; status: string }) {
  const { t } = useTranslation('write');
  const state = /^(done|final|revised|accepted)$/u.test(status)
    ? 'done'
    : words > 0
      ? 'draft'
      : /^(outlined|carded)$/u.test(status)
        ? 'outline'
        : 'empty';
  const shape = { empty: '○', outline: '◔', draft: '◑', done: '●' }[state];
  return (
    <span
      role="img"
      aria-label={t(`binder.${state}`)}
      className="text-small text-ink-3 w-3 shrink-0"
    >
      {shape}
    </span>
  );
}
