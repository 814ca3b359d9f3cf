import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import type { PlanRead } from '@/shared/api/types';
import { Button } from '@/shared/ui/button';
import { CARD_FIELDS, type PlannedScene } from '../model';
import { CardForm } from './card-form';

interface CardsProps {
  novel: string;
  language: string;
  scenes: PlanRead['cards'];
}

/** What each scene of a chapter is for, folded away until it is asked for. */
export function Cards({ novel, language, scenes }: CardsProps) {
  const { t } = useTranslation('plan');
  const planned = scenes.filter((scene) => scene.card);
  if (planned.length === 0) return null;
  return (
    <details className="mt-1">
      <summary className="text-meta text-ink-2 target w-fit cursor-pointer underline underline-offset-4">
        {t('cards.scenes', { count: planned.length })}
      </summary>
      <ol className="border-line mt-2 flex flex-col gap-4 border-s ps-4">
        {planned.map((scene) => (
          <Card key={scene.scene_id} novel={novel} language={language} scene={scene} />
        ))}
      </ol>
    </details>
  );
}

function Card({
  novel,
  language,
  scene,
}: {
  novel: string;
  language: string;
  scene: PlannedScene;
}) {
  const { t, i18n } = useTranslation('plan');
  const [editing, setEditing] = useState(false);
  const { card } = scene;
  if (!card) return null;
  const outcome = `cards.outcomes.${card.outcome ?? ''}`;
  return (
    <li>
      <p className="text-ui font-medium">{scene.title || card.summary || t('cards.scene')}</p>
      {card.flags.includes('stale') ? (
        <p lang={i18n.language} className="text-meta text-doubt">
          {t('cards.stale')}
        </p>
      ) : null}
      <dl className="text-meta mt-1 grid gap-x-4 gap-y-1 sm:grid-cols-[6rem_1fr]">
        {CARD_FIELDS.map((field) =>
          card[field] ? (
            <div key={field} className="contents">
              <dt className="text-ink-3" lang={i18n.language}>
                {t(`cards.${field}`)}
              </dt>
              <dd>{card[field]}</dd>
            </div>
          ) : null,
        )}
        {i18n.exists(outcome, { ns: 'plan' }) ? (
          <div className="contents" lang={i18n.language}>
            <dt className="text-ink-3">{t('cards.outcome')}</dt>
            <dd>{t(outcome as 'title')}</dd>
          </div>
        ) : null}
      </dl>
      <Button
        variant="link"
        className="text-meta mt-1"
        lang={i18n.language}
        onClick={() => setEditing(true)}
      >
        {t('cards.edit')}
      </Button>
      {editing ? (
        <CardForm novel={novel} language={language} card={card} onClose={() => setEditing(false)} />
      ) : null}
    </li>
  );
}
