import { useMutation, useQueryClient } from '@tanstack/react-query';
import { useState, type ReactNode } from 'react';
import { useTranslation } from 'react-i18next';
import { keys } from '@/shared/api/keys';
import type { NovelTree } from '@/shared/api/types';
import { Button } from '@/shared/ui/button';
import { sayStillFine } from '../api';
import type { ChapterState } from '../chapter-store';
import type { Session } from '../session';

interface ChapterNoticesProps {
  readonly session: Session | null;
  readonly state: ChapterState;
  readonly fromDevice: boolean;
  readonly novel: string;
  /** The scenes of the chapter as the binder knows them. */
  readonly scenes: NovelTree['parts'][number]['chapters'][number]['scenes'];
}

/** What the author should know before writing here: one line each, nothing that blocks. */
export function ChapterNotices({ session, state, fromDevice, novel, scenes }: ChapterNoticesProps) {
  const { t } = useTranslation('write');
  const [closed, setClosed] = useState(false);
  const client = useQueryClient();
  const fine = useMutation({
    mutationFn: (scene: string) => sayStillFine(novel, scene),
    onSuccess: () => client.invalidateQueries({ queryKey: keys.tree(novel) }),
  });
  const stale = scenes.filter((scene) => scene.flags.includes('stale'));
  return (
    <div role="status" className="flex flex-col gap-2">
      {state.elsewhere ? (
        <Notice text={t('page.elsewhere')}>
          <Button variant="link" onClick={() => session?.claim.takeOver()}>
            {t('page.takeOver')}
          </Button>
        </Notice>
      ) : null}
      {fromDevice ? <Notice text={t('page.fromDevice')} /> : null}
      {stale.map((scene) => (
        <Notice
          key={scene.id}
          text={scene.title ? t('page.staleScene', { title: scene.title }) : t('page.stale')}
        >
          <Button
            variant="link"
            className="text-meta"
            disabled={fine.isPending}
            onClick={() => fine.mutate(scene.id)}
          >
            {t('page.stillFine')}
          </Button>
        </Notice>
      ))}
      {state.recovered > 0 && !closed ? (
        <Notice text={t('page.recovered', { count: state.recovered })}>
          <Button variant="link" onClick={() => setClosed(true)}>
            {t('page.dismiss')}
          </Button>
        </Notice>
      ) : null}
    </div>
  );
}

function Notice({ text, children }: { text: string; children?: ReactNode }) {
  return (
    <p className="border-doubt text-meta text-ink-2 flex flex-wrap items-center gap-x-4 gap-y-1 border-s-2 ps-3">
      {text}
      {children}
    </p>
  );
}
