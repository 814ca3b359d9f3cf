import { useNavigate, useParams } from '@tanstack/react-router';
import { useMemo } from 'react';
import { useTranslation } from 'react-i18next';
import { LOCALES, changeLanguage } from '@/shared/i18n/setup';
import { type Command, useCommands } from '@/shared/ui/commands';
import { THEMES, useTheme } from '@/shared/ui/theme';

/** Commands that every signed-in page has: places, themes, languages; in a book also its verbs. */
export function useBaseCommands(): void {
  const { t, i18n } = useTranslation();
  const navigate = useNavigate();
  const { novel } = useParams({ strict: false });
  const locale = i18n.language;
  const commands = useMemo<Command[]>(() => {
    const go = (id: string, title: string, run: () => void): Command => ({
      id: `go.${id}`,
      title,
      group: 'go',
      run,
    });
    const section = (name: string) => () =>
      void navigate({ to: '/settings/$section', params: { section: name } });
    const params = { novel: novel ?? '' };
    const inBook = novel
      ? [
          go(
            'write',
            t('bar.write'),
            () => void navigate({ to: '/n/$novel/write/{-$node}', params }),
          ),
          go('plan', t('bar.plan'), () => void navigate({ to: '/n/$novel/plan', params })),
          go(
            'world',
            t('bar.world'),
            () => void navigate({ to: '/n/$novel/world/{-$entry}', params }),
          ),
          go('review', t('bar.review'), () => void navigate({ to: '/n/$novel/review', params })),
          go('runs', t('bar.runs'), () => void navigate({ to: '/n/$novel/runs/{-$run}', params })),
          go(
            'read',
            t('bar.read'),
            () => void navigate({ to: '/n/$novel/read/{-$chapter}', params }),
          ),
          go('export', t('bar.export'), () => void navigate({ to: '/n/$novel/export', params })),
          {
            ...go(
              'search',
              t('bar.find'),
              () => void navigate({ to: '/n/$novel/search', params, search: {} }),
            ),
            keys: 'mod+shift+f',
          },
          go('history', t('bar.history'), () => void navigate({ to: '/n/$novel/history', params })),
          go(
            'prompts',
            t('bar.prompts'),
            () => void navigate({ to: '/n/$novel/prompts/{-$name}', params }),
          ),
        ]
      : [];
    return [
      ...inBook,
      go('library', t('bar.library'), () => void navigate({ to: '/library' })),
      go('new', t('bar.newStory'), () => void navigate({ to: '/new' })),
      go('import', t('bar.import'), () => void navigate({ to: '/import' })),
      go('models', t('bar.models'), section('models')),
      go('settings', t('bar.settings'), section('profile')),
      ...THEMES.map((theme) => ({
        id: `do.theme.${theme}`,
        title: `${t('theme.label')}: ${t(`theme.${theme}`)}`,
        group: 'do' as const,
        run: () => useTheme.getState().choose(theme),
      })),
      ...LOCALES.filter((other) => other !== locale).map((other) => ({
        id: `do.language.${other}`,
        title: `${t('language.label')}: ${t(`languages.${other}`)}`,
        group: 'do' as const,
        run: () => void changeLanguage(other),
      })),
    ];
  }, [t, navigate, novel, locale]);
  useCommands(commands);
}
