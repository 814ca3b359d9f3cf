import { useQuery } from '@tanstack/react-query';
import { Link } from '@tanstack/react-router';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { partsOf } from '@/prose/diff/parts';
import { runQuery } from '@/shared/api/run-queries';
import type { CallRead, RunRead } from '@/shared/api/types';
import { Button } from '@/shared/ui/button';
import { ProblemNote } from '@/shared/ui/problem-note';
import { TextDifference } from '@/shared/ui/text-difference';
import { Views } from '@/shared/ui/views';
import { Waiting } from '@/shared/ui/waiting';
import { isLive } from '../model';
import { callQuery } from '../queries';
import { answerOf, proposalQuery } from '../replaying';
import { chapterOf, treeQuery } from '../tree';
import { ReceiptFacts } from './receipt-facts';

interface ReplayResultProps {
  readonly receipt: CallRead;
  readonly run: string;
  readonly onAgain: () => void;
}

/** The new answer beside the first one, once it is there. */
export function ReplayResult({ receipt, run, onAgain }: ReplayResultProps) {
  const { t } = useTranslation('runs');
  const found = useQuery(runQuery(run));
  const made = found.data?.result?.call;
  return (
    <section
      aria-label={t('replay.answers')}
      className="border-line flex min-w-0 flex-col gap-4 border-t pt-4"
    >
      {!found.data || isLive(found.data) ? (
        <>
          <Waiting text={t('replay.working')} lines={4} />
          <p role="status" className="text-ui text-ink-2">
            {t('replay.working')}
          </p>
        </>
      ) : null}
      {found.error ? <ProblemNote error={found.error} /> : null}
      {found.data?.error ? <ProblemNote error={found.data.error} /> : null}
      {found.data && typeof made === 'string' ? (
        <Answers first={receipt} call={made} run={found.data} />
      ) : null}
      <Button className="self-start" onClick={onAgain}>
        {t('replay.again')}
      </Button>
    </section>
  );
}

function Answers({ first, call, run }: { first: CallRead; call: string; run: RunRead }) {
  const { t, i18n } = useTranslation('runs');
  const second = useQuery(callQuery(call));
  const [view, setView] = useState<'sideBySide' | 'difference'>('sideBySide');
  if (second.error) return <ProblemNote error={second.error} />;
  if (!second.data) return <Waiting text={t('replay.answers')} />;
  const [was, is] = [answerOf(first), answerOf(second.data)];
  const language = first.prompt_name.endsWith('.zh') ? 'zh' : i18n.language;
  return (
    <>
      {first.is_typed ? null : <Offered run={run} novel={run.novel_id} />}
      {was === is ? (
        <p className="text-ui">{t('replay.same')}</p>
      ) : (
        <Views
          label={t('replay.answers')}
          value={view}
          options={(['sideBySide', 'difference'] as const).map((value) => ({
            value,
            label: t(`replay.${value}`),
          }))}
          onChange={setView}
        />
      )}
      {view === 'difference' ? (
        <TextDifference parts={partsOf(was, is, language)} lang={language} className="text-ui" />
      ) : (
        <div className="grid gap-6 md:grid-cols-2">
          {([first, second.data] as const).map((one, index) => (
            <section key={one.id} className="min-w-0">
              <h4 className="text-meta text-ink-2 mb-1">
                {`${t(index === 0 ? 'replay.first' : 'replay.second')} · ${one.model}`}
              </h4>
              <p lang={language} className="text-ui wrap-anywhere whitespace-pre-wrap">
                {answerOf(one)}
              </p>
            </section>
          ))}
        </div>
      )}
      <details>
        <summary className="text-meta target w-fit underline underline-offset-4">
          {t('replay.receipt')}
        </summary>
        <div className="mt-3">
          <ReceiptFacts receipt={second.data} />
        </div>
      </details>
    </>
  );
}

/** Where the new prose stands as a proposal, or that its place is gone. */
function Offered({ run, novel }: { run: RunRead; novel: string }) {
  const { t } = useTranslation('runs');
  const ids: unknown = run.result?.proposals;
  const id = Array.isArray(ids) && typeof ids[0] === 'string' ? ids[0] : null;
  const proposal = useQuery({ ...proposalQuery(id ?? ''), enabled: id !== null });
  const tree = useQuery({ ...treeQuery(novel), enabled: id !== null });
  if (id === null) return <p className="text-ui">{t('replay.unplaced')}</p>;
  const chapter =
    proposal.data && tree.data ? chapterOf(tree.data, proposal.data.scene_id) : undefined;
  return (
    <p className="text-ui flex flex-wrap gap-x-4">
      <span>{t('replay.proposed')}</span>
      {chapter ? (
        <Link
          to="/n/$novel/write/{-$node}"
          params={{ novel, node: chapter }}
          className="decoration-line-2 underline underline-offset-4"
        >
          {t('replay.look')}
        </Link>
      ) : null}
    </p>
  );
}
