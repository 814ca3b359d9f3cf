import { useMutation, useQueries, useQuery, useQueryClient } from '@tanstack/react-query';
import { Link } from '@tanstack/react-router';
import type { ReactNode } from 'react';
import { useTranslation } from 'react-i18next';
import { keys } from '@/shared/api/keys';
import { estimateQuery, startRun } from '@/shared/api/run-queries';
import type { NovelTree } from '@/shared/api/types';
import { Button } from '@/shared/ui/button';
import { usePrice, useWords } from '@/shared/ui/figures';
import { ProblemNote } from '@/shared/ui/problem-note';
import { toast } from '@/shared/ui/toast';
import { Tooltip } from '@/shared/ui/tooltip';
import { restoreVersion } from '../api';
import type { ChapterState } from '../chapter-store';
import type { Version } from '../model';
import type { Place } from '../places';
import { chapterQuery, versionsQuery } from '../queries';
import type { Desk } from '../runs/desk';
import type { Session } from '../session';
import { AskingRuns, type QuestionOf } from './asking-runs';
import { FailedRuns, type OtherModelOf } from './failed-runs';
import { WouldBeSent } from './would-be-sent';
import { useNewChapter } from '../hooks/use-structure';

/** What would be sent to draft a scene, drawn by the screen that knows briefings. */
export type PreviewOf = (scene: string) => ReactNode;

interface ChapterEndProps {
  readonly session: Session;
  readonly state: ChapterState;
  readonly place: Place;
  readonly tree: NovelTree;
  readonly follow: Desk['follow'];
  /** Asks how the text goes on from its end. */
  readonly onGoOn: () => void;
  readonly preview?: PreviewOf | undefined;
  readonly question?: QuestionOf | undefined;
  readonly otherModel?: OtherModelOf | undefined;
}

/** What comes after the last line: whose draft this is, the offer to draft what is empty, the way on. */
export function ChapterEnd(props: ChapterEndProps) {
  const { session, state, place, tree, follow, onGoOn, preview } = props;
  const { t } = useTranslation(['write', 'proposals']);
  const { chapter, next } = place;
  const last = chapter.scenes.at(-1)?.id ?? '';
  const { novel } = session.options;
  const add = useNewChapter(novel, tree);
  return (
    <section className="mt-16 flex flex-col items-start gap-6">
      <AgentDraft session={session} scenes={chapter.scenes.map((scene) => scene.id)} />
      <FailedRuns session={session} failed={state.failed} otherModel={props.otherModel} />
      {props.question ? <AskingRuns novel={novel} question={props.question} /> : null}
      {state.running.length > 0 ? (
        <p className="text-meta text-ink-3">{t('end.running')}</p>
      ) : state.emptyScenes.length > 0 && !state.elsewhere ? (
        <DraftChapter {...{ session, state, place, follow, preview }} />
      ) : null}
      {state.running.length === 0 && !state.elsewhere && !state.emptyScenes.includes(last) ? (
        <Button aria-keyshortcuts="Control+Shift+Enter" onClick={onGoOn}>
          {t('proposals:goOn.open')}
        </Button>
      ) : null}
      {next ? (
        <Button variant="link" asChild>
          <Link to="/n/$novel/write/{-$node}" params={{ novel, node: next.id }}>
            {t('end.next', { title: next.title || t('binder.chapter', { number: next.number }) })}
          </Link>
        </Button>
      ) : (
        <Button variant="link" disabled={add.isPending} onClick={() => add.mutate(place)}>
          {t('end.newNext')}
        </Button>
      )}
      {add.error ? <ProblemNote error={add.error} text={t('binder.failed')} /> : null}
    </section>
  );
}

function DraftChapter({
  session,
  state,
  place,
  follow,
  preview,
}: Pick<ChapterEndProps, 'session' | 'state' | 'place' | 'follow' | 'preview'>) {
  const { t } = useTranslation('write');
  const words = useWords();
  const price = usePrice();
  const client = useQueryClient();
  const { novel } = session.options;
  const scenes = place.chapter.scenes.length;
  const only = state.emptyScenes.length === 1 && scenes > 1 ? state.emptyScenes[0] : undefined;
  const task = only ? 'writer.draft_scene' : 'director.write_chapter';
  const input = only ? { scene: only } : { chapter: place.chapter.id };
  const estimate = useQuery(estimateQuery(novel, task, input));
  const draft = useMutation({
    mutationFn: async () => {
      await session.autosave.flush();
      return startRun(novel, task, input);
    },
    onSuccess: (run) => {
      follow(run);
      void client.invalidateQueries({ queryKey: keys.runs() });
    },
  });
  const name = only
    ? t('end.draftScene')
    : state.emptyScenes.length < scenes
      ? t('end.draftRest')
      : t('end.draftChapter');
  const cost = estimate.data
    ? t('end.price', { words: words(estimate.data.words), price: price(estimate.data) })
    : price(undefined);
  return (
    <div className="flex flex-col items-start gap-3">
      <Button
        variant="primary"
        aria-label={`${name} · ${cost}`}
        disabled={draft.isPending}
        onClick={() => draft.mutate()}
      >
        {draft.isPending ? t('end.starting') : name}
        <span className="figures font-normal opacity-80">{cost}</span>
      </Button>
      {preview && state.emptyScenes[0] ? (
        <WouldBeSent place={place} scenes={state.emptyScenes} preview={preview} />
      ) : null}
      {draft.error ? <ProblemNote error={draft.error} /> : null}
    </div>
  );
}

/** An agent's draft that is still as it came: named, and taken back with one click. */
function AgentDraft({ session, scenes }: { session: Session; scenes: readonly string[] }) {
  const { t } = useTranslation(['write', 'common']);
  const words = useWords();
  const client = useQueryClient();
  const lists = useQueries({ queries: scenes.map((scene) => versionsQuery(scene)) });
  const drafts = scenes.flatMap((scene, index) => {
    const [head, before] = [...(lists[index]?.data ?? [])].sort((a, b) => b.number - a.number);
    return head?.author === 'agent' && before ? [{ scene, head, before }] : [];
  });
  const restore = useMutation({
    mutationFn: async (targets: readonly { scene: string; version: Version }[]) => {
      await session.autosave.flush();
      for (const { scene, version } of targets) await restoreVersion(scene, version.id);
      const { chapter } = session.options;
      session.page.view.dom.blur();
      session.refresh(await client.fetchQuery({ ...chapterQuery(chapter), staleTime: 0 }));
      for (const { scene } of targets) {
        await client.invalidateQueries({ queryKey: keys.versions(scene) });
      }
    },
  });
  if (drafts.length === 0) return null;
  const takeBack = () =>
    restore.mutate(
      drafts.map(({ scene, before }) => ({ scene, version: before })),
      {
        onSuccess: () =>
          toast(t('end.takenBack'), {
            label: t('end.putBack'),
            run: () => restore.mutate(drafts.map(({ scene, head }) => ({ scene, version: head }))),
          }),
      },
    );
  const isDemo = drafts.some(({ head }) => head.demo);
  const total = drafts.reduce((sum, { head }) => sum + head.words, 0);
  return (
    <p className="border-agent text-meta text-ink-2 figures flex flex-wrap items-center gap-x-4 gap-y-1 border-s-2 ps-3">
      <span>
        <span className="text-agent font-medium">{t('end.agentDraft')}</span>
        {` · ${words(total)}`}
      </span>
      {isDemo ? (
        <Tooltip text={t('common:demo.hint')}>
          <button type="button" className="text-agent">
            {t('common:demo.tag')}
          </button>
        </Tooltip>
      ) : null}
      <Button variant="link" disabled={restore.isPending} onClick={takeBack}>
        {t('end.takeBack')}
      </Button>
      {restore.error ? <ProblemNote error={restore.error} text={t('versions.failed')} /> : null}
    </p>
  );
}
