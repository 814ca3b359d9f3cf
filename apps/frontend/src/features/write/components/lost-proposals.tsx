import { useMutation, useQueryClient } from '@tanstack/react-query';
import { useTranslation } from 'react-i18next';
import { textOf } from '@/prose/json';
import { keys } from '@/shared/api/keys';
import { copyText } from '@/shared/text/copy';
import { Button } from '@/shared/ui/button';
import { ProblemNote } from '@/shared/ui/problem-note';
import { toast } from '@/shared/ui/toast';
import { decideProposal } from '../api';
import type { Proposal } from '../model';
import type { Session } from '../session';

interface LostProposalsProps {
  readonly session: Session;
  readonly lost: readonly Proposal[];
}

/** Proposals whose words the author has since rewritten: both texts, to copy from or to put away. */
export function LostProposals({ session, lost }: LostProposalsProps) {
  const { t } = useTranslation('proposals');
  const client = useQueryClient();
  const { novel, language } = session.options;
  const discard = useMutation({
    mutationFn: (proposal: Proposal) => decideProposal(proposal.id, 'reject'),
    onSuccess: (_answer, proposal) => {
      const { lost: shown } = session.store.getState();
      session.store.setState({ lost: shown.filter((one) => one.id !== proposal.id) });
      return client.invalidateQueries({ queryKey: keys.proposals(novel) });
    },
  });
  if (lost.length === 0) return null;
  const copy = async (text: string) => {
    if (await copyText(text)) toast(t('lost.copied'));
  };
  return (
    <section aria-label={t('lost.title')} className="mt-16 flex flex-col gap-4">
      <h2 className="text-section font-semibold">{t('lost.title')}</h2>
      <p className="text-meta text-ink-2">{t('lost.text')}</p>
      <ul className="flex flex-col gap-6">
        {lost.map((proposal) => {
          const text = proposal.variants[0]?.blocks.map(textOf).join('\n\n') ?? '';
          return (
            <li key={proposal.id} className="border-agent flex flex-col gap-2 border-s-2 ps-3">
              {proposal.anchor ? (
                <blockquote lang={language} className="text-meta text-ink-3 whitespace-pre-line">
                  {proposal.anchor.quote}
                </blockquote>
              ) : null}
              <p lang={language} className="text-ui font-serif whitespace-pre-line">
                {text}
              </p>
              <div className="flex flex-wrap gap-4">
                <Button variant="link" className="text-meta" onClick={() => void copy(text)}>
                  {t('lost.copy')}
                </Button>
                <Button
                  variant="link"
                  className="text-meta"
                  disabled={discard.isPending}
                  onClick={() => discard.mutate(proposal)}
                >
                  {t('discard')}
                </Button>
              </div>
            </li>
          );
        })}
      </ul>
      {discard.error ? <ProblemNote error={discard.error} /> : null}
    </section>
  );
}
