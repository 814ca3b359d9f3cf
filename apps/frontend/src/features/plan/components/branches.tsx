import { useQuery } from '@tanstack/react-query';
import { useTranslation } from 'react-i18next';
import type { components } from '@/shared/api/generated/schema';
import { Button } from '@/shared/ui/button';
import { Section } from '@/shared/ui/page';
import { ProblemNote } from '@/shared/ui/problem-note';
import { toast } from '@/shared/ui/toast';
import { branchesQuery, comparedQuery, useDecideBranch } from '../branch-queries';
import { difference, fieldKey } from '../branches';
import { whyOf } from '../lint';

type Branch = components['schemas']['BranchRead'];

interface BranchesProps {
  readonly novel: string;
  readonly language: string;
}

/** What might become of the plan: each branch beside it, to be taken or thrown away. */
export function Branches({ novel, language }: BranchesProps) {
  const { t } = useTranslation('branches');
  const branches = useQuery(branchesQuery(novel));
  if (branches.error) {
    return <ProblemNote error={branches.error} onRetry={() => void branches.refetch()} />;
  }
  if (!branches.data || branches.data.length === 0) return null;
  return (
    <Section title={t('title')} text={t('text')}>
      <ul className="border-line divide-line divide-y border-y">
        {branches.data.map((branch) => (
          <BranchItem key={branch.id} novel={novel} language={language} branch={branch} />
        ))}
      </ul>
    </Section>
  );
}

function BranchItem({ novel, language, branch }: BranchesProps & { branch: Branch }) {
  const { t, i18n } = useTranslation('branches');
  const compared = useQuery(comparedQuery(novel, branch.id)).data;
  const decide = useDecideBranch(novel);
  const lint = compared ? difference(compared.plan, compared.branch) : null;
  const act = (action: 'adopt' | 'discard') =>
    decide.mutate(
      { branch: branch.id, action },
      {
        onSuccess: ({ changed }) => {
          const left = changed?.refused.length ?? 0;
          const some = changed?.revision ? 'partly' : 'stale';
          toast(left > 0 ? t(some, { count: left }) : t(`done.${action}`));
        },
      },
    );
  return (
    <li className="py-4">
      <p lang={language} className="text-ui font-medium">
        {branch.premise}
      </p>
      {branch.why ? (
        <p lang={language} className="text-meta text-ink-2 mt-1 max-w-prose">
          {branch.why}
        </p>
      ) : null}
      <dl className="text-meta mt-2 flex flex-col gap-2">
        {branch.changes.map((change) => (
          <div key={`${change.id}/${change.field}`} className="border-line border-s-2 ps-3">
            <dt className="text-ink-3">
              {t('place', { number: change.chapter_number, title: change.title })} ·{' '}
              {t(`fields.${fieldKey(change.field)}`)}
            </dt>
            <dd lang={language}>
              {change.before ? (
                <del className="text-ink-3 decoration-del block">{change.before}</del>
              ) : null}
              <ins className="block no-underline">{change.after}</ins>
            </dd>
          </div>
        ))}
      </dl>
      {lint ? (
        <p className="text-meta text-ink-2 mt-2">
          {t('lint', { worse: lint.worse.length, better: lint.better.length })}
        </p>
      ) : null}
      {lint && lint.worse.length > 0 ? (
        <ul lang={i18n.language} className="text-meta text-doubt mt-1 flex flex-col gap-1">
          {lint.worse.map((issue, index) => (
            <li key={`${issue.code}/${index}`}>{whyOf(issue, i18n.language)}</li>
          ))}
        </ul>
      ) : null}
      {compared && compared.refused.length > 0 ? (
        <p className="text-meta text-doubt mt-1">
          {t('stale', { count: compared.refused.length })}
        </p>
      ) : null}
      {decide.error ? <ProblemNote error={decide.error} /> : null}
      <div className="mt-3 flex gap-3">
        <Button disabled={decide.isPending} onClick={() => act('adopt')}>
          {t('adopt')}
        </Button>
        <Button variant="quiet" disabled={decide.isPending} onClick={() => act('discard')}>
          {t('discard')}
        </Button>
      </div>
    </li>
  );
}
