import { useTranslation } from 'react-i18next';
import { CARD_FIELDS, asksOf, type SceneCard } from '../model';

interface CardRestProps {
  readonly card: SceneCard;
  readonly language: string;
  readonly nameOf: (id: string | null | undefined) => string | undefined;
}

/** What a card says beyond its summary: what is wanted, what is in the way, how it turns and ends. */
export function CardRest({ card, language, nameOf }: CardRestProps) {
  const { t, i18n } = useTranslation(['plan', 'promises']);
  const known = (group: string, code: string | null) => {
    const key = `cards.${group}.${code ?? ''}`;
    return i18n.exists(key, { ns: 'plan' }) ? t(key as 'title') : '';
  };
  const promised = (act: unknown) => {
    const key = `acts.${String(act)}`;
    return i18n.exists(key, { ns: 'promises' })
      ? t(`promises:${key}` as 'promises:acts.plant')
      : '';
  };
  const lines: readonly (readonly [label: string, text: string, own: boolean])[] = [
    ...CARD_FIELDS.filter((field) => field !== 'summary').map(
      (field) => [t(`cards.${field}`), card[field], true] as const,
    ),
    [t('cards.outcome'), known('outcomes', card.outcome), false],
    [t('cards.pov'), nameOf(card.pov_id) ?? '', true],
    [t('cards.place'), nameOf(card.place_id) ?? '', true],
    [
      t('cards.cast'),
      card.cast
        .map(({ entity }) => nameOf(entity) ?? '')
        .filter(Boolean)
        .join(' · '),
      true,
    ],
    [t('cards.opening'), known('openings', card.opening_type), false],
    [t('cards.closing'), known('closings', card.closing_type), false],
    [t('cards.entry'), card.entry.join(' · '), true],
    [t('cards.acts'), card.promises.map(({ act }) => promised(act)).join(' · '), false],
    [t('cards.must'), asksOf(card.must_include).join(' · '), true],
    [t('cards.mustNot'), asksOf(card.must_not_reveal).join(' · '), true],
    [t('cards.notes'), card.notes, true],
    [
      t('cards.locks'),
      card.locked_fields
        .map((field) => known('lock', field))
        .filter(Boolean)
        .join(' · '),
      false,
    ],
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
