import { useQuery } from '@tanstack/react-query';
import { useTranslation } from 'react-i18next';
import { ProblemNote } from '@/shared/ui/problem-note';
import { Waiting } from '@/shared/ui/waiting';
import { usePrivateMode } from '../mutations';
import { privateModeQuery } from '../queries';

interface PrivateModeProps {
  /** Without it: all of the author's books. */
  novel: string | undefined;
}

/** Shuts the door to models elsewhere, for all books or for one; the server keeps it shut. */
export function PrivateMode({ novel }: PrivateModeProps) {
  const { t } = useTranslation('models');
  const state = useQuery(privateModeQuery(novel));
  const save = usePrivateMode(novel);
  if (state.error) {
    return <ProblemNote error={state.error} onRetry={() => void state.refetch()} />;
  }
  if (!state.data) return <Waiting text={t('private.title')} />;
  const on = novel ? state.data.here : state.data.everywhere;
  const mayNot = novel ? !state.data.may_switch_here : false;
  return (
    <div className="flex flex-col gap-2">
      <label className="text-ui target flex items-center gap-2">
        <input
          type="checkbox"
          className="accent-ink size-4"
          checked={on}
          disabled={save.isPending || mayNot}
          onChange={(event) => save.mutate(event.target.checked)}
        />
        {novel ? t('private.here') : t('private.everywhere')}
      </label>
      <p role="status" className="text-meta text-ink-2">
        {on || state.data.everywhere ? t('private.isOn') : t('private.isOff')}
        {novel && state.data.everywhere && !on ? ` ${t('private.byAll')}` : null}
        {mayNot ? ` ${t('private.notYours')}` : null}
      </p>
      {save.error ? <ProblemNote error={save.error} /> : null}
    </div>
  );
}
