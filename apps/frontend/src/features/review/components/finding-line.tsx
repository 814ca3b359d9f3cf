import { useQuery } from '@tanstack/react-query';
import { Link } from '@tanstack/react-router';
import { useTranslation } from 'react-i18next';
import { Button } from '@/shared/ui/button';
import { Menu, MenuItem } from '@/shared/ui/menu';
import { ProblemNote } from '@/shared/ui/problem-note';
import { toast } from '@/shared/ui/toast';
import { INTENTS, sideOf, whyOf, type Finding, type Intent, type Side } from '../findings';
import { factsQuery, useResolve } from '../queries';

interface FindingLineProps {
  readonly novel: string;
  readonly language: string;
  readonly finding: Finding;
}

/** A doubt with both its sides, why they cannot both hold, and the author's word about it. */
export function FindingLine({ novel, language, finding }: FindingLineProps) {
  const { t, i18n } = useTranslation('review');
  const resolve = useResolve(novel);
  const claim = sideOf(finding.claim);
  const against = sideOf(finding.against);
  const rule = `rules.${finding.rule}`;
  const notes = [
    i18n.exists(rule, { ns: 'review' }) ? t(rule as 'rules.T0-NAME') : null,
    finding.certainty === 'possible' ? t('possible') : null,
    finding.status === 'stale' ? t('stale') : null,
  ].filter((note) => note !== null);
  const mean = (intent: Intent) =>
    resolve.mutate(
      { id: finding.id, word: { intent, dismiss: false, mute_rule: false, note: '' } },
      { onSuccess: () => toast(t('done.intent')) },
    );
  const dismiss = () =>
    resolve.mutate(
      { id: finding.id, word: { dismiss: true, mute_rule: false, note: '' } },
      { onSuccess: () => toast(t('done.dismiss')) },
    );
  return (
    <li className="py-4">
      <p className="text-ui">
        <span className="text-doubt text-meta me-3">{notes.join(' · ')}</span>
        {whyOf(finding.why, i18n.language)}
      </p>
      <dl className="text-meta mt-2 grid gap-x-4 gap-y-1.5 sm:grid-cols-[9rem_1fr]">
        <Says {...{ novel, language }} name={t('claim')} side={claim} />
        <Says
          {...{ novel, language }}
          name={against.scene ? t('earlier') : t('world')}
          side={against}
        />
      </dl>
      {resolve.error ? <ProblemNote error={resolve.error} /> : null}
      <div className="mt-2 flex flex-wrap gap-x-4 gap-y-1">
        <Menu
          align="start"
          trigger={
            <Button
              variant="link"
              className="text-meta"
              aria-label={`${t('acts.menu')} ${claim.quote}`}
              disabled={resolve.isPending}
            >
              {t('acts.menu')}
            </Button>
          }
        >
          {INTENTS.map((intent) => (
            <MenuItem key={intent} onSelect={() => mean(intent)}>
              {t(`acts.${intent}`)}
            </MenuItem>
          ))}
        </Menu>
        <Button
          variant="link"
          className="text-meta"
          aria-label={`${t('acts.dismiss')}: ${claim.quote}`}
          disabled={resolve.isPending}
          onClick={dismiss}
        >
          {t('acts.dismiss')}
        </Button>
      </div>
    </li>
  );
}

interface SaysProps {
  readonly novel: string;
  readonly language: string;
  readonly name: string;
  readonly side: Side;
}

/** One side, quoted, with the way to it. */
function Says({ novel, language, name, side }: SaysProps) {
  const { t } = useTranslation('review');
  const facts = useQuery({ ...factsQuery(novel), enabled: side.fact !== null }).data;
  const fact = facts?.get(side.fact ?? '');
  const entry = fact?.subject_id;
  if (side.quote === '') return null;
  return (
    <>
      <dt className="text-ink-3">{name}</dt>
      <dd className="min-w-0">
        {side.scene ? (
          <Link
            to="/n/$novel/write/{-$node}"
            params={{ novel, node: side.scene }}
            search={side.pid ? { at: side.pid } : {}}
            className="decoration-line-2 font-serif underline underline-offset-4"
          >
            <q lang={language}>{side.quote}</q>
          </Link>
        ) : (
          <span lang={language}>{fact?.text ?? side.quote}</span>
        )}
        {entry ? (
          <Link
            to="/n/$novel/world/{-$entry}"
            params={{ novel, entry }}
            className="text-ink-2 decoration-line-2 ms-3 underline underline-offset-4"
          >
            {t('openEntry')}
          </Link>
        ) : null}
      </dd>
    </>
  );
}
