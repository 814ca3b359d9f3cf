import type { ReactNode } from 'react';
import { useTranslation } from 'react-i18next';
import { type Problem, problemOf } from '../api/problems';
import { copyText } from '../text/copy';
import { Button } from './button';
import { toast } from './toast';
import { useProblemWords } from './problem-words';

interface ProblemNoteProps {
  error: unknown;
  /** What happened to the author's text; comes first. */
  text?: string;
  onRetry?: (() => void) | undefined;
  children?: ReactNode;
}

/** An error in words: state of the text, what happened, the next step, and details to copy. */
export function ProblemNote({ error, text, onRetry, children }: ProblemNoteProps) {
  const { t } = useTranslation();
  const problem: Problem =
    typeof error === 'object' && error !== null && 'code' in error && !(error instanceof Error)
      ? (error as Problem)
      : problemOf(error);
  const words = useProblemWords(problem);
  const copy = async () => {
    const details = [problem.code, problem.request_id, problem.detail].filter(Boolean).join('\n');
    if (await copyText(details)) toast(t('copied'));
  };
  return (
    <div role="alert" className="border-del flex flex-col items-start gap-2 border-s-2 py-1 ps-4">
      <p className="text-ui text-ink">{text ? `${text} ${words}` : words}</p>
      <div className="flex flex-wrap gap-4">
        {onRetry ? (
          <Button variant="link" onClick={onRetry}>
            {t('actions.retry')}
          </Button>
        ) : null}
        {children}
        <Button variant="link" onClick={() => void copy()}>
          {t('actions.copyDetails')}
        </Button>
      </div>
    </div>
  );
}
