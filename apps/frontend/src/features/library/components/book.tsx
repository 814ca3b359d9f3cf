import { Link, useNavigate } from '@tanstack/react-router';
import { Ellipsis } from 'lucide-react';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import type { NovelRead } from '@/shared/api/types';
import { formatAgo } from '@/shared/i18n/format';
import { useWords } from '@/shared/ui/figures';
import { IconButton } from '@/shared/ui/icon-button';
import { Menu, MenuItem, MenuLine } from '@/shared/ui/menu';
import { toast } from '@/shared/ui/toast';
import { useMoveToTrash, useRestore } from '../mutations';
import { Cover } from './cover';
import { LiveLine } from './live-line';
import { RenameDialog } from './rename-dialog';

export function Book({ novel }: { novel: NovelRead }) {
  const { t, i18n } = useTranslation(['library', 'common']);
  const words = useWords();
  const navigate = useNavigate();
  const [renaming, setRenaming] = useState(false);
  const trash = useMoveToTrash();
  const restore = useRestore();
  const title = novel.title || t('untitled');

  const moveToTrash = () =>
    trash.mutate(novel.id, {
      onSuccess: () =>
        toast(t('trashed', { title }), {
          label: t('common:actions.undo'),
          run: () => restore.mutate(novel.id),
        }),
    });

  return (
    <li className="relative flex flex-col gap-2">
      <Link
        to="/n/$novel"
        params={{ novel: novel.id }}
        className="group flex flex-col gap-2 outline-offset-4"
      >
        <Cover id={novel.id} title={title} language={novel.language} />
        <span
          lang={novel.language}
          className="text-ui decoration-line-2 font-medium underline-offset-4 group-hover:underline"
        >
          {title}
        </span>
        <span className="text-meta text-ink-3 figures">
          {t('meta', {
            words: words(novel.words),
            when: formatAgo(novel.updated_at, i18n.language),
          })}
        </span>
        {novel.live_run ? <LiveLine run={novel.live_run} /> : null}
      </Link>
      <div className="absolute end-1 top-1">
        <Menu
          trigger={
            <IconButton
              icon={Ellipsis}
              label={t('bookMenu', { title })}
              className="hover:bg-raised/70"
            />
          }
        >
          <MenuItem
            onSelect={() => void navigate({ to: '/n/$novel', params: { novel: novel.id } })}
          >
            {t('menu.open')}
          </MenuItem>
          <MenuItem onSelect={() => setRenaming(true)}>{t('menu.rename')}</MenuItem>
          <MenuItem
            onSelect={() => void navigate({ to: '/n/$novel/export', params: { novel: novel.id } })}
          >
            {t('menu.export')}
          </MenuItem>
          <MenuLine />
          <MenuItem danger onSelect={moveToTrash}>
            {t('menu.trash')}
          </MenuItem>
        </Menu>
      </div>
      {renaming ? <RenameDialog novel={novel} onClose={() => setRenaming(false)} /> : null}
    </li>
  );
}
