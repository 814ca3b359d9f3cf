import { useTranslation } from 'react-i18next';
import { isTurn, turnsAt, type PlannedArc } from '../arcs';

interface ArcHeadProps {
  readonly arc: PlannedArc;
  readonly from: number;
  readonly to: number;
  readonly language: string;
}

/** The head of an arc over its chapters: what it is called, how far it goes, what it asks. */
export function ArcHead({ arc, from, to, language }: ArcHeadProps) {
  const { t } = useTranslation('outline');
  const values = arc.value_from && arc.value_to;
  return (
    <div className="border-accent mb-1 border-s-2 ps-3">
      <h3 className="text-ui flex flex-wrap items-baseline gap-x-2 font-semibold">
        <span lang={language}>{arc.title}</span>
        <span className="text-meta text-ink-3 figures font-normal">
          {from === to ? t('chapter', { number: from }) : t('chapters', { from, to })}
        </span>
      </h3>
      {arc.opens_question ? (
        <p lang={language} className="text-meta text-ink-2">
          {arc.opens_question}
        </p>
      ) : null}
      {values ? (
        <p lang={language} className="text-small text-ink-3">
          {t('value', { from: arc.value_from, to: arc.value_to })}
        </p>
      ) : null}
    </div>
  );
}

/** Which turns of an arc lie in a chapter. */
export function Turns({ arc, chapter }: { arc: PlannedArc | null; chapter: string }) {
  const { t } = useTranslation('outline');
  const kinds = arc ? turnsAt(arc, chapter).filter(isTurn) : [];
  if (kinds.length === 0) return null;
  return (
    <p className="text-small text-ink-3">
      {t('turn', { kinds: kinds.map((kind) => t(`turns.${kind}`)).join(t('and')) })}
    </p>
  );
}
