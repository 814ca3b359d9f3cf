import { useQuery } from '@tanstack/react-query';
import { useTranslation } from 'react-i18next';
import { useAgentName } from '@/shared/ui/agent-name';
import { Button } from '@/shared/ui/button';
import { ProblemNote } from '@/shared/ui/problem-note';
import { Waiting } from '@/shared/ui/waiting';
import { byAgent } from '../model';
import { promptsQuery } from '../queries';
import type { PromptBrief, Whose } from '../types';
import { usePromptName } from '../words';
import { FixedTexts } from './fixed-texts';

interface PromptListProps {
  readonly whose: Whose;
  readonly language: string;
  readonly onOpen: (name: string) => void;
}

/** Every prompt by the agent it is for, and whose wording is in force. */
export function PromptList({ whose, language, onOpen }: PromptListProps) {
  const { t } = useTranslation('prompts');
  const agentName = useAgentName();
  const prompts = useQuery(promptsQuery(whose, language));
  if (prompts.isPending) return <Waiting text={t('title')} lines={8} />;
  if (prompts.error) {
    return <ProblemNote error={prompts.error} onRetry={() => void prompts.refetch()} />;
  }
  return (
    <div className="flex flex-col gap-8">
      {byAgent(prompts.data.items).map(({ agent, prompts: list }) => (
        <section key={agent}>
          <h3 className="text-ui mb-1 font-semibold">{agentName(agent)}</h3>
          <ul className="border-line divide-line divide-y border-y">
            {list.map((one) => (
              <Line key={one.name} prompt={one} onOpen={onOpen} />
            ))}
          </ul>
        </section>
      ))}
      <FixedTexts texts={prompts.data.fixed} />
    </div>
  );
}

function Line({ prompt, onOpen }: { prompt: PromptBrief; onOpen: (name: string) => void }) {
  const { t } = useTranslation('prompts');
  const name = usePromptName()(prompt);
  const notes = [
    prompt.source === 'shipped' ? null : t(`source.${prompt.source}`),
    prompt.is_unusable ? t('unusable') : prompt.has_moved ? t('moved') : null,
  ].filter((one) => one !== null);
  return (
    <li className="flex flex-wrap items-baseline gap-x-4 py-1">
      <Button variant="link" className="justify-start" onClick={() => onOpen(prompt.name)}>
        {name}
      </Button>
      {notes.length > 0 ? (
        <span
          className={
            prompt.has_moved || prompt.is_unusable ? 'text-meta text-doubt' : 'text-meta text-agent'
          }
        >
          {notes.join(' · ')}
        </span>
      ) : null}
    </li>
  );
}
