import { useQuery, useQueryClient } from '@tanstack/react-query';
import { useNavigate } from '@tanstack/react-router';
import { CircleUserRound } from 'lucide-react';
import { useTranslation } from 'react-i18next';
import { api } from '@/shared/api/client';
import { useSession } from '@/shared/api/session';
import { meQuery } from '@/shared/api/system-queries';
import { LOCALES, type Locale, changeLanguage } from '@/shared/i18n/setup';
import { Menu, MenuChoice, MenuItem, MenuLine } from '@/shared/ui/menu';
import { IconButton } from '@/shared/ui/icon-button';
import { THEMES, useTheme } from '@/shared/ui/theme';
import { toast } from '@/shared/ui/toast';
import { useProblemWords } from '@/shared/ui/problem-words';
import { OFFLINE } from '@/shared/api/problems';

export function AccountMenu() {
  const { t, i18n } = useTranslation();
  const { data: me } = useQuery(meQuery);
  const { theme, choose } = useTheme();
  const client = useQueryClient();
  const navigate = useNavigate();
  const offline = useProblemWords(OFFLINE);

  const signOut = async () => {
    try {
      await api.POST('/api/v1/auth/logout');
    } catch {
      toast(offline);
      return;
    }
    useSession.setState({ known: false });
    client.clear();
    await navigate({ to: '/login' });
  };
  return (
    <Menu
      trigger={
        <IconButton
          icon={CircleUserRound}
          label={me ? `${t('bar.account')}: ${me.name}` : t('bar.account')}
        />
      }
    >
      <MenuChoice
        label={t('theme.label')}
        value={theme}
        onChange={choose}
        options={THEMES.map((value) => ({ value, label: t(`theme.${value}`) }))}
      />
      <MenuLine />
      <MenuChoice
        label={t('language.label')}
        value={i18n.language as Locale}
        onChange={(locale) => void changeLanguage(locale)}
        options={LOCALES.map((value) => ({ value, label: t(`languages.${value}`) }))}
      />
      <MenuLine />
      <MenuItem
        onSelect={() => void navigate({ to: '/settings/$section', params: { section: 'models' } })}
      >
        {t('bar.models')}
      </MenuItem>
      <MenuItem
        onSelect={() => void navigate({ to: '/settings/$section', params: { section: 'profile' } })}
      >
        {t('bar.settings')}
      </MenuItem>
      <MenuLine />
      <MenuItem onSelect={() => void signOut()}>{t('bar.signOut')}</MenuItem>
    </Menu>
  );
}
