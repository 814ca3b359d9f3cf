import { useTranslation } from 'react-i18next';
import { useStreamState } from '@/shared/api/run-hub';
import { useAgentName } from '@/shared/ui/agent-name';
import { Button } from '@/shared/ui/button';
import { ProblemNote } from '@/shared/ui/problem-note';
import type { LiveRun } from '../live-run-state';
import { useRunVerbs } from '../mutations';

interface RunControlsProps {
  run: string;
  state: LiveRun;
  onChange: () => void;
}

/** What is going on, and Pause · Stop · Change something, in sight at every moment of the run. */
export function RunControls({ run, state, onChange }: RunControlsProps) {
  const { t } = useTranslation('start');
  const agent = useAgentName()(state.agent ?? 'director');
  const stream = useStreamState((current) => current.state);
  const { verb } = useRunVerbs(run);
  const active = ['queued', 'running', 'waiting', 'paused'].includes(state.phase);
  const status =
    verb.variables === 'cancel' && active && !verb.isError ? 'cancelling' : state.phase;
  return (
    <div className="flex flex-col gap-2">
      <p className="text-meta text-ink-2">
        {stream === 'waiting' && active
          ? t('live.reconnecting')
          : t(`live.status.${status}`, { agent })}
      </p>
      {state.heard.length > 0 && active ? (
        <p className="text-meta text-agent">
          {t('live.steer.accepted', { text: state.heard.at(-1) })}
        </p>
      ) : null}
      {verb.error ? <ProblemNote error={verb.error} /> : null}
      {active ? (
        <div className="flex flex-wrap gap-2">
          {state.phase === 'paused' ? (
            <Button size="small" disabled={verb.isPending} onClick={() => verb.mutate('resume')}>
              {t('live.resume')}
            </Button>
          ) : (
            <Button size="small" disabled={verb.isPending} onClick={() => verb.mutate('pause')}>
              {t('live.pause')}
            </Button>
          )}
          <Button size="small" disabled={verb.isPending} onClick={() => verb.mutate('cancel')}>
            {t('live.stop')}
          </Button>
          <Button size="small" onClick={onChange}>
            {t('live.change')}
          </Button>
        </div>
      ) : null}
    </div>
  );
}
