import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query';
import { Link } from '@tanstack/react-router';
import { useTranslation } from 'react-i18next';
import { keys } from '@/shared/api/keys';
import { FormDialog } from '@/shared/ui/form-dialog';
import { ProblemNote } from '@/shared/ui/problem-note';
import { Waiting } from '@/shared/ui/waiting';
import { askUnlock, unlockQuery } from '../queries';
import type { Dependant, Stage } from '../types';

interface UnlockDialogProps {
  readonly novel: string;
  readonly stage: Stage;
  readonly onClose: () => void;
}

/** What later stages hold that rests on this one, before it is opened again. Nothing is deleted. */
export function UnlockDialog({ novel, stage, onClose }: UnlockDialogProps) {
  const { t } = useTranslation('concept');
  const client = useQueryClient();
  const preview = useQuery(unlockQuery(novel, stage));
  const unlock = useMutation({
    mutationFn: () => askUnlock(novel, stage),
    onSuccess: () => {
      onClose();
      return client.invalidateQueries({ queryKey: keys.genesis(novel) });
    },
  });
  const dependants = preview.data?.dependants ?? [];
  return (
    <FormDialog
      title={t('unlock.title', { stage: t(`stages.${stage}`) })}
      description={t('unlock.text')}
      submit={t('unlock.go')}
      ready={preview.isSuccess}
      pending={unlock.isPending}
      error={unlock.error}
      onSubmit={() => unlock.mutate()}
      onClose={onClose}
    >
      {preview.isPending ? <Waiting text={t('unlock.looking')} /> : null}
      {preview.error ? (
        <ProblemNote error={preview.error} onRetry={() => void preview.refetch()} />
      ) : null}
      {preview.isSuccess ? (
        <div className="text-ui">
          <p className="font-medium">
            {dependants.length > 0 ? t('unlock.rests') : t('unlock.nothing')}
          </p>
          <ul className="mt-1 flex flex-col items-start gap-1">
            {dependants.map((one) => (
              <li key={`${one.kind}/${one.id ?? one.title}`}>
                <DependantLink novel={novel} one={one} />
                <span className="text-ink-3 text-meta ms-2">{t(`stages.${one.stage}`)}</span>
              </li>
            ))}
          </ul>
        </div>
      ) : null}
    </FormDialog>
  );
}

const look = 'decoration-line-2 underline underline-offset-4';
/** Kinds of things that have a page of their own in the world. */
const ENTRIES: readonly string[] = ['entry', 'entity', 'place', 'character', 'item', 'group'];

/** Where a thing that rests on a stage is looked at. */
function DependantLink({ novel, one }: { novel: string; one: Dependant }) {
  if (one.id && ENTRIES.includes(one.kind)) {
    return (
      <Link to="/n/$novel/world/{-$entry}" params={{ novel, entry: one.id }} className={look}>
        {one.title}
      </Link>
    );
  }
  if (one.id && (one.kind === 'chapter' || one.kind === 'scene')) {
    return (
      <Link to="/n/$novel/write/{-$node}" params={{ novel, node: one.id }} className={look}>
        {one.title}
      </Link>
    );
  }
  return (
    <Link
      to="/n/$novel/plan"
      params={{ novel }}
      search={{ view: 'concept', stage: one.stage }}
      className={look}
    >
      {one.title}
    </Link>
  );
}
