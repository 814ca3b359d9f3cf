import { useQuery } from '@tanstack/react-query';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import type { NovelTree, PlanRead } from '@/shared/api/types';
import { useStructure, type StructureOp } from '@/shared/api/structure';
import { ProblemNote } from '@/shared/ui/problem-note';
import { toast } from '@/shared/ui/toast';
import { Views } from '@/shared/ui/views';
import { Empty, Waiting } from '@/shared/ui/waiting';
import { bands } from '../arcs';
import { boardScenes, columns, GROUPS, type BoardScene, type Column, type Group } from '../board';
import { issuesAt } from '../lint';
import { entriesQuery, planQuery, treeQuery } from '../queries';
import { ArcHead } from './arc-head';
import { BoardCard } from './board-card';
import { LintNotes, LintSummary } from './lint-notes';

interface BoardProps {
  readonly novel: string;
  readonly language: string;
}

/** Every scene as a card, in columns by chapter, state or point of view. */
export function Board({ novel, language }: BoardProps) {
  const { t } = useTranslation(['plan', 'common']);
  const tree = useQuery(treeQuery(novel));
  const plan = useQuery(planQuery(novel));
  if (tree.isPending || plan.isPending) {
    return <Waiting text={t('common:loading.book')} lines={5} />;
  }
  const error = tree.error ?? plan.error;
  if (error) {
    return (
      <ProblemNote
        error={error}
        onRetry={() => {
          void tree.refetch();
          void plan.refetch();
        }}
      />
    );
  }
  if (!tree.data || !plan.data) return null;
  return <Columns {...{ novel, language }} tree={tree.data} plan={plan.data} />;
}

function Columns({
  novel,
  language,
  tree,
  plan,
}: BoardProps & { tree: NovelTree; plan: PlanRead }) {
  const { t, i18n } = useTranslation(['plan', 'common']);
  const entries = useQuery(entriesQuery(novel)).data ?? [];
  const [group, setGroup] = useState<Group>('chapter');
  const structure = useStructure(novel, tree);
  const scenes = boardScenes(tree, plan);
  const chapters = tree.parts.flatMap((part) => part.chapters);
  if (scenes.length === 0) return <Empty text={t('empty')} />;

  const head = (key: string) => {
    if (group === 'pov') return entries.find(({ id }) => id === key)?.name ?? t('board.noPov');
    if (group === 'status') {
      const word = `board.states.${key}`;
      return i18n.exists(word, { ns: 'plan' }) ? t(word as 'board.states.idea') : key;
    }
    const chapter = chapters.find(({ id }) => id === key);
    const name = t('untitled', { number: chapter?.number ?? 0 });
    return chapter?.title ? `${name} · ${chapter.title}` : name;
  };
  const move = (scene: BoardScene, op: StructureOp) => {
    const title = scene.title || t('board.scene', { number: scene.number });
    structure.mutate([op], {
      onSuccess: (changed) =>
        toast(t('board.moved', { title }), {
          label: t('common:actions.undo'),
          run: () => structure.mutate(changed.inverse as readonly StructureOp[]),
        }),
    });
  };
  const shown = columns(tree, scenes, group);
  const column = ({ key, scenes: own }: Column) => (
    <section key={key} className="md:w-72 md:shrink-0">
      <h2 lang={language} className="border-line text-ui mb-2 border-b pb-2 font-semibold">
        {head(key)}
      </h2>
      {group === 'chapter' ? (
        <LintNotes novel={novel} issues={issuesAt(plan, 'chapter', key)} />
      ) : null}
      {own.length === 0 ? (
        <p className="text-meta text-ink-3 py-2">{t('board.empty')}</p>
      ) : (
        <ol className="divide-line divide-y">
          {own.map((scene) => (
            <BoardCard
              key={scene.id}
              {...{ novel, language, scene, tree, entries }}
              issues={issuesAt(plan, 'card', scene.id)}
              onMove={(op) => move(scene, op)}
            />
          ))}
        </ol>
      )}
    </section>
  );
  return (
    <>
      <div className="mb-4 flex flex-wrap items-center gap-x-3">
        <p className="text-meta text-ink-2">{t('board.group')}</p>
        <Views
          label={t('board.group')}
          value={group}
          options={GROUPS.map((value) => ({ value, label: t(`board.groups.${value}`) }))}
          onChange={setGroup}
        />
        <p className="text-small text-ink-3 ms-auto max-md:hidden">{t('board.keys')}</p>
      </div>
      <LintSummary novel={novel} plan={plan} />
      {structure.error ? <ProblemNote error={structure.error} text={t('board.notMoved')} /> : null}
      <div
        role="region"
        aria-label={t('views.board')}
        // eslint-disable-next-line jsx-a11y/no-noninteractive-tabindex
        tabIndex={0}
        className="relative flex gap-6 pb-4 max-md:flex-col md:overflow-x-auto"
      >
        {group === 'chapter'
          ? bands(plan, chapters).map((band) => (
              <section key={band.from} className="md:shrink-0">
                {band.arc ? <ArcHead {...band} arc={band.arc} language={language} /> : null}
                <div className="flex gap-6 max-md:flex-col">
                  {shown
                    .filter(({ key }) => band.chapters.some(({ id }) => id === key))
                    .map(column)}
                </div>
              </section>
            ))
          : shown.map(column)}
      </div>
    </>
  );
}
