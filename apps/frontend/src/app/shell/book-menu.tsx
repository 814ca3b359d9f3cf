import { useQuery } from '@tanstack/react-query';
import { useNavigate } from '@tanstack/react-router';
import { ChevronDown } from 'lucide-react';
import { useTranslation } from 'react-i18next';
import { novelsQuery } from '@/features/library/queries';
import type { NovelRead } from '@/shared/api/types';
import { Button } from '@/shared/ui/button';
import { Menu, MenuItem, MenuLine } from '@/shared/ui/menu';

const OTHERS = 5;

/** The name of the book; opens to what can be done with the whole book, and to other books. */
export function BookMenu({ novel }: { novel: NovelRead }) {
  const { t } = useTranslation();
  const navigate = useNavigate();
  const { data: novels } = useQuery(novelsQuery);
  const others = novels?.filter((other) => other.id !== novel.id).slice(0, OTHERS) ?? [];
  const params = { novel: novel.id };
  return (
    <Menu
      align="start"
      trigger={
        <Button
          variant="quiet"
          size="small"
          lang={novel.language}
          className="text-ink -ms-2 max-w-64 min-w-0 shrink font-serif max-sm:max-w-40"
        >
          <span className="truncate">{novel.title}</span>
          <ChevronDown size={14} aria-hidden className="text-ink-3 shrink-0" />
        </Button>
      }
    >
      <MenuItem onSelect={() => void navigate({ to: '/n/$novel/read/{-$chapter}', params })}>
        {t('bar.read')}
      </MenuItem>
      <MenuItem onSelect={() => void navigate({ to: '/n/$novel/search', params, search: {} })}>
        {t('bar.find')}
      </MenuItem>
      <MenuItem onSelect={() => void navigate({ to: '/n/$novel/export', params })}>
        {t('bar.export')}
      </MenuItem>
      <MenuItem onSelect={() => void navigate({ to: '/n/$novel/history', params })}>
        {t('bar.history')}
      </MenuItem>
      <MenuItem onSelect={() => void navigate({ to: '/n/$novel/prompts/{-$name}', params })}>
        {t('bar.prompts')}
      </MenuItem>
      <MenuLine />
      {others.map((other) => (
        <MenuItem
          key={other.id}
          onSelect={() => void navigate({ to: '/n/$novel', params: { novel: other.id } })}
        >
          <span lang={other.language} className="block max-w-64 truncate">
            {other.title}
          </span>
        </MenuItem>
      ))}
      {others.length > 0 ? <MenuLine /> : null}
      <MenuItem onSelect={() => void navigate({ to: '/library' })}>{t('bar.library')}</MenuItem>
      <MenuItem onSelect={() => void navigate({ to: '/new' })}>{t('bar.newStory')}</MenuItem>
    </Menu>
  );
}
