import { useTranslation } from 'react-i18next';
import { problemOf } from '@/shared/api/problems';
import { Button } from '@/shared/ui/button';
import { ProblemNote } from '@/shared/ui/problem-note';

interface SaveProblemProps {
  readonly error: unknown;
  /** Saves over what somebody else put in force meanwhile. */
  readonly onOver: (version: string | null) => void;
}

/** Why a wording was not saved; what was typed stands in the fields all the same. */
export function SaveProblem({ error, onOver }: SaveProblemProps) {
  const { t } = useTranslation('prompts');
  const problem = problemOf(error);
  const version = problem.params?.version;
  return (
    <ProblemNote error={error} text={t('kept')}>
      {problem.code === 'prompt-changed' ? (
        <Button variant="link" onClick={() => onOver(typeof version === 'string' ? version : null)}>
          {t('saveOver')}
        </Button>
      ) : null}
    </ProblemNote>
  );
}
