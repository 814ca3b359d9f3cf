import { useTranslation } from 'react-i18next';

const AGENTS = ['worldsmith', 'director', 'writer', 'editor', 'librarian'] as const;
export type Agent = (typeof AGENTS)[number];

/** The name an agent goes by in the interface language; an unknown one keeps its own word. */
export function useAgentName(): (agent: string | null | undefined) => string {
  const { t } = useTranslation();
  return (agent) => {
    const known = AGENTS.find((name) => name === agent);
    return known ? t(`agents.${known}`) : (agent ?? '');
  };
}
