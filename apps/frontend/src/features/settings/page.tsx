import { Link } from '@tanstack/react-router';
import type { ReactNode } from 'react';
import { useTranslation } from 'react-i18next';
import { PageHead } from '@/shared/ui/page';
import { About } from './components/about';
import { Data } from './components/data';
import { Appearance, Language } from './components/looks';
import { Profile } from './components/profile';
import { Security } from './components/security';

export const SECTIONS = [
  'profile',
  'security',
  'appearance',
  'language',
  'models',
  'prompts',
  'data',
  'about',
] as const;
export type SettingsSection = (typeof SECTIONS)[number];

interface SettingsPageProps {
  section: SettingsSection;
  /** The models section is a feature of its own and is handed in. */
  models: ReactNode;
  /** So is the section of prompts. */
  prompts: ReactNode;
  /** What a guest fills in to keep the books; from the feature of accounts. */
  claim: ReactNode;
  onSignedOut: () => void;
}

export function SettingsPage({ section, models, prompts, claim, onSignedOut }: SettingsPageProps) {
  const { t } = useTranslation('settings');
  return (
    <>
      <PageHead title={t('title')} />
      <div className="grid gap-8 md:grid-cols-[10rem_1fr] md:gap-12">
        <nav aria-label={t('sections.label')}>
          <ul className="flex flex-wrap gap-x-5 gap-y-1 md:flex-col">
            {SECTIONS.map((name) => (
              <li key={name}>
                <Link
                  to="/settings/$section"
                  params={{ section: name }}
                  className="target text-ui text-ink-2 hover:text-ink data-[status=active]:text-ink inline-flex items-center underline-offset-4 data-[status=active]:underline"
                >
                  {t(`sections.${name}`)}
                </Link>
              </li>
            ))}
          </ul>
        </nav>
        <div className="min-w-0">
          {section === 'profile' ? <Profile claim={claim} /> : null}
          {section === 'appearance' ? <Appearance /> : null}
          {section === 'language' ? <Language /> : null}
          {section === 'models' ? models : null}
          {section === 'prompts' ? prompts : null}
          {section === 'security' ? <Security onSignedOut={onSignedOut} /> : null}
          {section === 'data' ? <Data /> : null}
          {section === 'about' ? <About /> : null}
        </div>
      </div>
    </>
  );
}
