import { useTranslation } from 'react-i18next';
import type { PlanRead } from '@/shared/api/types';
import { problemOf, isProblem } from '@/shared/api/problems';
import { Button } from '@/shared/ui/button';
import { ProblemNote } from '@/shared/ui/problem-note';
import { toast } from '@/shared/ui/toast';
import { counts, fixesOf, issuesElsewhere, unjudged, whyOf, type Issue } from '../lint';
import { usePlanOps } from '../queries';

interface LintNotesProps {
  readonly novel: string;
  readonly issues: readonly Issue[];
  /** Says what each is about, where that is not clear from the place it stands at. */
  readonly named?: boolean;
}

/** What the linter found, where it found it, with the repairs it worked out. */
export function LintNotes({ novel, issues, named }: LintNotesProps) {
  const { t, i18n } = useTranslation('plan');
  const change = usePlanOps(novel);
  if (issues.length === 0) return null;
  const refused = change.data?.refused[0]?.problem;
  return (
    <ul
      lang={i18n.language}
      className="border-doubt text-meta mt-2 flex flex-col gap-1 border-s-2 ps-3"
    >
      {issues.map((issue, index) => (
        <li key={`${issue.code}/${index}`}>
          <span className="text-doubt">{t(`lint.levels.${levelOf(issue)}`)} </span>
          {named && issue.where.title ? `${titleOf(issue, t('lint.concept'))}: ` : null}
          {whyOf(issue, i18n.language)}
          {fixesOf(issue).map((fix) => (
            <Button
              key={fix.name}
              variant="link"
              className="text-meta ms-3"
              disabled={change.isPending}
              onClick={() =>
                change.mutate([fix.op], {
                  onSuccess: ({ refused: left }) =>
                    left.length === 0 ? toast(t('lint.done')) : undefined,
                })
              }
            >
              {t(`lint.fixes.${fix.name}`)}
            </Button>
          ))}
        </li>
      ))}
      {change.error ? <ProblemNote error={change.error} text={t('lint.unchanged')} /> : null}
      {refused ? (
        <ProblemNote
          error={isProblem(refused) ? refused : problemOf(refused)}
          text={t('lint.unchanged')}
        />
      ) : null}
    </ul>
  );
}

const levelOf = (issue: Issue) => (issue.level === 'error' ? 'error' : 'warning');

const titleOf = (issue: Issue, concept: string) =>
  issue.where.kind === 'concept' ? concept : issue.where.title;

/** How the whole plan stands: faults, remarks, and what could not be judged. */
export function LintSummary({ novel, plan }: { novel: string; plan: PlanRead }) {
  const { t, i18n } = useTranslation('plan');
  if (!plan.lint) return null;
  const { errors, warnings } = counts(plan);
  const open = unjudged(plan);
  const facts = [
    errors > 0 ? t('lint.errors', { count: errors }) : null,
    warnings > 0 ? t('lint.warnings', { count: warnings }) : null,
    errors + warnings === 0 ? t('lint.clean') : null,
  ].filter((fact) => fact !== null);
  const reason = (name: string) => {
    const key = `lint.reasons.${name}`;
    return i18n.exists(key, { ns: 'plan' })
      ? t(key as 'lint.reasons.no-arcs')
      : t('lint.reasons.other');
  };
  return (
    <section aria-label={t('lint.label')} className="mb-8">
      <p className="text-meta text-ink-2">{facts.join(' · ')}</p>
      {open.length > 0 ? (
        <p className="text-meta text-ink-3">
          {t('lint.notJudged', { reasons: [...new Set(open.map(reason))].join(t('lint.and')) })}
        </p>
      ) : null}
      <LintNotes named novel={novel} issues={issuesElsewhere(plan)} />
    </section>
  );
}
