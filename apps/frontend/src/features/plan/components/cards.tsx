import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import type { CodexEntry, PlanRead } from '@/shared/api/types';
import { Button } from '@/shared/ui/button';
import { issuesAt, type Issue } from '../lint';
import type { PlannedScene } from '../model';
import { CardForm } from './card-form';
import { CardRest } from './card-rest';
import { LintNotes } from './lint-notes';

interface CardsProps {
  novel: string;
  language: string;
  scenes: PlanRead['cards'];
  entries: readonly CodexEntry[];
  plan: PlanRead | undefined;
}

/** What each scene of a chapter is for, folded away until it is asked for. */
export function Cards({ novel, language, scenes, entries, plan }: CardsProps) {
  const { t } = useTranslation('plan');
  const planned = scenes.filter((scene) => scene.card);
  if (planned.length === 0) return null;
  return (
    <details
      className="mt-1"
      open={planned.some((one) => issuesAt(plan, 'card', one.scene_id).length > 0)}
    >
      <summary className="text-meta text-ink-2 target w-fit cursor-pointer underline underline-offset-4">
        {t('cards.scenes', { count: planned.length })}
      </summary>
      <ol className="border-line mt-2 flex flex-col gap-4 border-s ps-4">
        {planned.map((scene) => (
          <Card
            key={scene.scene_id}
            {...{ novel, language, scene, entries }}
            issues={issuesAt(plan, 'card', scene.scene_id)}
          />
        ))}
      </ol>
    </details>
  );
}

function Card({
  novel,
  language,
  scene,
  entries,
  issues,
}: {
  novel: string;
  language: string;
  scene: PlannedScene;
  entries: readonly CodexEntry[];
  issues: readonly Issue[];
}) {
  const { t, i18n } = useTranslation('plan');
  const [editing, setEditing] = useState(false);
  const { card } = scene;
  if (!card) return null;
  const nameOf = (id: string | null | undefined) => entries.find((one) => one.id === id)?.name;
  return (
    <li>
      <p className="text-ui font-medium">{scene.title || t('cards.scene')}</p>
      {card.summary ? <p className="text-meta text-ink-2">{card.summary}</p> : null}
      {card.flags.includes('stale') ? (
        <p lang={i18n.language} className="text-meta text-doubt">
          {t('cards.stale')}
        </p>
      ) : null}
      <CardRest card={card} language={language} nameOf={nameOf} />
      <LintNotes novel={novel} issues={issues} />
      <Button
        variant="link"
        className="text-meta mt-1"
        lang={i18n.language}
        onClick={() => setEditing(true)}
      >
        {t('cards.edit')}
      </Button>
      {editing ? (
        <CardForm {...{ novel, language, card, entries }} onClose={() => setEditing(false)} />
      ) : null}
    </li>
  );
}
