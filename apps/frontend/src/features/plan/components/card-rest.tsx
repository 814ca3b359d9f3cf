import { useTranslation } from 'react-i18next';
import { CARD_FIELDS, asksOf, type SceneCard } from '../model';

interface CardRestProps {
  readonly card: SceneCard;
  readonly language: string;
  readonly nameOf: (id: string | null | undefined) => string | undefined;
}

/** What a card says beyond its summary: what is wanted, what is in the way, how it turns and ends. */
export function CardRest({ card, language, nameOf }: CardRestProps) {
  const { t, i18n } = useTranslation('plan');
  const outcome = `cards.outcomes.${card.outcome ?? ''}`;
  const lines: readonly (readonly [label: string, text: string, own: boolean])[] = [
    ...CARD_FIELDS.filter((field) => field !== 'summary').map(
      (field) => [t(`cards.${field}`), card[field], true] as const,
    ),
    [t('cards.outcome'), i18n.exists(outcome, { ns: 'plan' }) ? t(outcome as 'title') : '', false],
    [t('cards.pov'), nameOf(card.pov_id) ?? '', true],
    [t('cards.place'), nameOf(card.place_id) ?? '', true],
    [t('cards.must'), asksOf(card.must_include).join(' · '), true],
    [t('cards.mustNot'), asksOf(card.must_not_reveal).join(' · '), true],
  ];
  return (
    <dl className="text-meta mt-1 grid gap-x-4 gap-y-1 sm:grid-cols-[6rem_1fr]">
      {lines.map(([label, text, own]) =>
        text ? (
          <div key={label} className="contents">
            <dt className="text-ink-3">{label}</dt>
            <dd {...(own ? { lang: language } : {})}>{text}</dd>
          </div>
        ) : null,
      )}
    </dl>
  );
}
