import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query';
import { X } from 'lucide-react';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { proseOf } from '@/prose/json';
import { keys } from '@/shared/api/keys';
import { formatDate } from '@/shared/i18n/format';
import { Button } from '@/shared/ui/button';
import { useWords } from '@/shared/ui/figures';
import { IconButton } from '@/shared/ui/icon-button';
import { ProblemNote } from '@/shared/ui/problem-note';
import { toast } from '@/shared/ui/toast';
import { Waiting } from '@/shared/ui/waiting';
import { fetchVersion, restoreVersion } from '../api';
import type { Version } from '../model';
import type { TreeChapter } from '../places';
import { chapterQuery, versionsQuery } from '../queries';
import type { Session } from '../session';
import { Difference } from './difference';
import { NameVersion } from './name-version';

interface VersionsPanelProps {
  readonly session: Session;
  readonly chapter: TreeChapter;
  readonly onClose: () => void;
}

/** The versions of the chapter's scenes: look at one against the present text, restore it. */
export function VersionsPanel({ session, chapter, onClose }: VersionsPanelProps) {
  const { t } = useTranslation('write');
  const [scene, setScene] = useState(chapter.scenes[0]?.id ?? '');
  const [chosen, setChosen] = useState<Version | null>(null);
  const versions = useQuery(versionsQuery(scene));
  const items = [...(versions.data ?? [])].sort((one, other) => other.number - one.number);
  return (
    <aside
      aria-label={t('versions.label')}
      className="bg-chrome border-line fixed inset-y-0 end-0 z-30 flex w-[min(24rem,100vw)] shrink-0 flex-col gap-4 overflow-y-auto border-s p-4 xl:sticky xl:top-0 xl:z-0 xl:max-h-[calc(100dvh-3rem)] xl:w-80"
    >
      <div className="flex items-center justify-between">
        <h2 className="text-section font-semibold">{t('versions.label')}</h2>
        <IconButton icon={X} label={t('versions.close')} onClick={onClose} />
      </div>
      {chapter.scenes.length > 1 ? (
        <label className="text-meta text-ink-2 flex flex-col gap-1">
          {t('versions.scene')}
          <select
            value={scene}
            className="border-line-2 bg-paper rounded border px-2 py-1.5"
            onChange={(event) => {
              setScene(event.target.value);
              setChosen(null);
            }}
          >
            {chapter.scenes.map((one, index) => (
              <option key={one.id} value={one.id}>
                {one.title || t('binder.scene', { number: index + 1 })}
              </option>
            ))}
          </select>
        </label>
      ) : null}
      {versions.isPending ? <Waiting text={t('versions.label')} lines={4} /> : null}
      {versions.error ? <ProblemNote error={versions.error} /> : null}
      {versions.data && items.length === 0 ? (
        <p className="text-ui text-ink-2">{t('versions.empty')}</p>
      ) : null}
      <ol className="flex flex-col">
        {items.map((version, index) => (
          <li key={version.id} className="border-line not-first:border-t">
            <VersionRow
              version={version}
              isNow={index === 0}
              open={chosen?.id === version.id}
              onToggle={() => setChosen(chosen?.id === version.id ? null : version)}
            />
            {index === 0 ? <NameVersion session={session} scene={scene} /> : null}
            {chosen?.id === version.id && index > 0 ? (
              <VersionText session={session} scene={scene} version={version} />
            ) : null}
          </li>
        ))}
      </ol>
    </aside>
  );
}

interface VersionRowProps {
  readonly version: Version;
  readonly isNow: boolean;
  readonly open: boolean;
  readonly onToggle: () => void;
}

function VersionRow({ version, isNow, open, onToggle }: VersionRowProps) {
  const { t, i18n } = useTranslation(['write', 'common']);
  const words = useWords();
  const author = t(`versions.${version.author}`);
  return (
    <button
      type="button"
      aria-expanded={open}
      disabled={isNow}
      onClick={onToggle}
      className="text-meta flex w-full flex-col items-start gap-0.5 py-2 text-start"
    >
      <span className={version.author === 'agent' ? 'text-agent' : 'text-ink'}>
        {version.label ?? author}
        {version.demo ? ` · ${t('common:demo.tag')}` : ''}
        {isNow ? ` · ${t('versions.now')}` : ''}
      </span>
      <span className="text-small text-ink-3 figures">
        {`${formatDate(version.at, i18n.language)} · ${words(version.words)}`}
      </span>
    </button>
  );
}

function VersionText({
  session,
  scene,
  version,
}: {
  session: Session;
  scene: string;
  version: Version;
}) {
  const { t } = useTranslation('write');
  const client = useQueryClient();
  const { language, chapter } = session.options;
  const content = useQuery({
    queryKey: keys.version(scene, version.id),
    queryFn: () => fetchVersion(scene, version.id),
    staleTime: Infinity,
  });
  const restore = useMutation({
    mutationFn: async () => {
      await session.autosave.flush();
      await restoreVersion(scene, version.id);
      session.page.view.dom.blur();
      session.refresh(await client.fetchQuery({ ...chapterQuery(chapter), staleTime: 0 }));
    },
    onSuccess: () => {
      toast(t('versions.restored'));
      return client.invalidateQueries({ queryKey: keys.versions(scene) });
    },
  });
  const now = session.page.sceneJson(scene);
  if (!content.data || !now) return <Waiting text={t('versions.compare')} />;
  const before = proseOf(now);
  const after = proseOf(content.data.json);
  return (
    <div className="flex flex-col items-start gap-3 pb-4">
      {before === after ? (
        <p className="text-meta text-ink-2">{t('versions.same')}</p>
      ) : (
        <Difference mine={before} theirs={after} language={language} />
      )}
      {restore.error ? <ProblemNote error={restore.error} text={t('versions.failed')} /> : null}
      <Button size="small" disabled={restore.isPending} onClick={() => restore.mutate()}>
        {t('versions.restoreThis')}
      </Button>
    </div>
  );
}
