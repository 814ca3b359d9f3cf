import { Link } from '@tanstack/react-router';
import { useTranslation } from 'react-i18next';
import { Section } from '@/shared/ui/page';
import { progressions } from '../model';
import { evidenceOf, type EntryDetail, type Mention } from '../types';
import { useSince } from '../hooks/use-since';

interface RestProps {
  readonly novel: string;
  readonly language: string;
  readonly detail: EntryDetail;
}

/** What drives a character, what changed, where the name stands in the text, and what agents get. */
export function EntryRest({ novel, language, detail }: RestProps) {
  const { t } = useTranslation('world');
  const lines = progressions([...detail.facts, ...detail.relations], detail.superseded);
  const { since } = useSince(novel);
  return (
    <>
      <Sheet language={language} sheet={detail.sheet} />
      {lines.length > 0 ? (
        <Section title={t('progressions.title')} text={t('progressions.text')}>
          <dl className="divide-line divide-y">
            {lines.map((line) => (
              <div key={line.predicate} className="grid gap-x-6 py-2 sm:grid-cols-[10rem_1fr]">
                <dt className="text-meta text-ink-3">{line.label}</dt>
                <dd className="text-ui flex flex-wrap items-baseline gap-x-2">
                  {line.facts.map((fact, index) => (
                    <span key={`${fact.id}/${String(fact.rev_from)}`}>
                      {index > 0 ? (
                        <span aria-hidden className="text-ink-3 me-2">
                          {'→'}
                        </span>
                      ) : null}
                      <span lang={language}>{fact.value_text}</span>
                      <span className="text-small text-ink-3 ms-1.5">{since(fact)}</span>
                    </span>
                  ))}
                </dd>
              </div>
            ))}
          </dl>
        </Section>
      ) : null}
      {detail.beliefs.length > 0 ? (
        <Section title={t('beliefs.title')}>
          <ul className="flex flex-col gap-1">
            {detail.beliefs.map((belief) => (
              <li key={belief.id} className="text-ui">
                <span className="text-meta text-ink-3 me-3">
                  {t(`knowledge.states.${belief.stance}` as 'knowledge.states.knows')}
                </span>
                <span lang={language}>{belief.believed_text ?? belief.fact_text}</span>
              </li>
            ))}
          </ul>
        </Section>
      ) : null}
      <Mentions novel={novel} language={language} mentions={detail.mentions} />
      {detail.what_ai_sees ? (
        <Section title={t('seen.title')} text={t('seen.text')}>
          <p
            lang={language}
            className="border-agent text-ui max-w-prose border-s-2 ps-4 whitespace-pre-line"
          >
            {detail.what_ai_sees}
          </p>
        </Section>
      ) : null}
    </>
  );
}

const SHEET = [
  'role',
  'trade',
  'want',
  'need',
  'false_belief',
  'fear',
  'wound',
  'obstacle',
  'turning_point',
  'arc_from',
  'arc_to',
  'appearance',
  'personality',
  'background',
  'motivation',
  'pronouns',
] as const;

function Sheet({ language, sheet }: { language: string; sheet: EntryDetail['sheet'] }) {
  const { t, i18n } = useTranslation('world');
  const filled = SHEET.flatMap((field): [string, string][] => {
    const value = sheet?.[field];
    if (typeof value !== 'string' || value === '') return [];
    const role = `sheet.roles.${value}`;
    const known = field === 'role' && i18n.exists(role, { ns: 'world' });
    return [[t(`sheet.${field}`), known ? t(role as 'sheet.role') : value]];
  });
  if (filled.length === 0) return null;
  return (
    <Section title={t('sheet.title')}>
      <dl className="grid gap-x-6 gap-y-2 sm:grid-cols-[10rem_1fr]">
        {filled.map(([name, value]) => (
          <div key={name} className="contents">
            <dt className="text-meta text-ink-3 pt-px">{name}</dt>
            <dd lang={language} className="text-ui max-sm:mb-2">
              {value}
            </dd>
          </div>
        ))}
      </dl>
    </Section>
  );
}

interface MentionsProps {
  readonly novel: string;
  readonly language: string;
  readonly mentions: readonly Mention[];
}

/** Where the names stand, scene by scene: a thin bar for how often, the first place as the way in. */
function Mentions({ novel, language, mentions }: MentionsProps) {
  const { t } = useTranslation('world');
  if (mentions.length === 0) return null;
  const most = Math.max(...mentions.map((one) => one.count));
  return (
    <Section title={t('mentions.title')}>
      <ol className="flex flex-col gap-1">
        {mentions
          .map((one) => ({ ...one, first: evidenceOf(one.first) }))
          .map((one) => (
            <li
              key={one.scene_id}
              className="text-meta grid grid-cols-[3rem_1fr_auto] items-center gap-x-3"
            >
              <span className="text-ink-3 figures">
                {t('mentions.chapter', { number: one.chapter_number })}
              </span>
              <Link
                to="/n/$novel/write/{-$node}"
                params={{ novel, node: one.scene_id }}
                search={one.first.pid ? { at: one.first.pid } : {}}
                lang={language}
                title={one.first.quote || undefined}
                className="target decoration-line-2 flex min-w-0 items-center truncate underline-offset-4 hover:underline"
              >
                {one.scene_title || t('mentions.untitled')}
              </Link>
              <span className="flex items-center gap-2">
                <span
                  aria-hidden
                  className="bg-line-2 h-1"
                  style={{
                    inlineSize: `${String(Math.max(4, Math.round((one.count / most) * 96)))}px`,
                  }}
                />
                <span className="text-ink-3 figures w-6 text-end">
                  <span className="sr-only">{t('mentions.count', { count: one.count })}</span>
                  <span aria-hidden>{one.count}</span>
                </span>
              </span>
            </li>
          ))}
      </ol>
    </Section>
  );
}
