import { useTranslation } from 'react-i18next';
import type { NovelRead } from '@/shared/api/types';
import { useAgentName } from '@/shared/ui/agent-name';

export function LiveLine({ run }: { run: NonNullable<NovelRead['live_run']> }) {
  const { t } = useTranslation('library');
  const agent = useAgentName()(typeof run.agent === 'string' ? run.agent : 'writer');
  const line =
    run.state === 'waiting'
      ? t('waiting', { agent })
      : run.state === 'paused'
        ? t('paused')
        : t('live', { agent });
  return <span className="text-meta text-agent">{line}</span>;
}
