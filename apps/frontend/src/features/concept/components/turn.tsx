import { useTranslation } from 'react-i18next';
import { formatNumber } from '@/shared/i18n/format';
import { countWords } from '@/shared/text/count';
import { useAgentName } from '@/shared/ui/agent-name';
import { Button } from '@/shared/ui/button';
import { ProblemNote } from '@/shared/ui/problem-note';
import { fieldOf } from '../sheet';
import { useRoundAct } from '../queries';
import type { Round, Value } from '../types';
import { Answer } from './answer';
import type { OptionActs } from './option-line';
import { useFieldName } from './value-view';

interface TurnProps {
  readonly round: Round;
  readonly acts: OptionActs;
  readonly isFull: boolean;
  readonly onTakePatch?: ((path: string, value: Value) => void) | undefined;
}

/** What was said and how it ended: answered, an error with another try, or cancelled. */
export function Turn({ round, acts, isFull, onTakePatch }: TurnProps) {
  const { t } = useTranslation(['concept', 'common']);
  const agent = useAgentName()('worldsmith');
  const act = useRoundAct(acts.novel, acts.stage);
  const cancel = (
    <Button
      variant="link"
      className="text-meta"
      disabled={act.isPending}
      onClick={() => act.mutate({ round: round.id, verb: 'cancel' })}
    >
      {t('turn.cancel')}
    </Button>
  );
  const again = (
    <Button
      variant="link"
      className="text-meta"
      disabled={act.isPending || isFull || acts.isLocked}
      onClick={() => act.mutate({ round: round.id, verb: 'retry' })}
    >
      {t('common:actions.retry')}
    </Button>
  );
  return (
    <li className="flex flex-col gap-3">
      <Said round={round} acts={acts} />
      {round.status === 'queued' ? (
        <p className="text-meta text-ink-2 flex flex-wrap items-baseline gap-x-4">
          {t('turn.next')}
          {cancel}
        </p>
      ) : (
        <div className="border-agent flex flex-col gap-2 border-s-2 ps-4">
          <p className="text-meta text-agent">{agent}</p>
          {round.output ? (
            <Answer answer={round.output} acts={acts} onTakePatch={onTakePatch} />
          ) : null}
          {round.status === 'answering' ? (
            <p className="text-meta text-ink-2 flex flex-wrap items-baseline gap-x-4">
              {t('turn.answering', { agent })}
              {cancel}
            </p>
          ) : null}
          {round.status === 'cancelled' ? (
            <p className="text-meta text-ink-2 flex flex-wrap items-baseline gap-x-4">
              {t('turn.cancelled')}
              {again}
            </p>
          ) : null}
          {round.status === 'failed' ? (
            <ProblemNote
              error={round.problem ?? { code: 'unexpected' }}
              text={t('turn.kept')}
              onRetry={
                isFull || acts.isLocked
                  ? undefined
                  : () => act.mutate({ round: round.id, verb: 'retry' })
              }
            />
          ) : null}
        </div>
      )}
      {act.error ? <ProblemNote error={act.error} /> : null}
    </li>
  );
}

/** The author's side of a turn: own words as they were typed, or what was asked for. */
function Said({ round, acts }: { round: Round; acts: OptionActs }) {
  const { t, i18n } = useTranslation('concept');
  const named = useFieldName();
  const { input } = round;
  const list = new Intl.ListFormat(i18n.language, { type: 'conjunction' });
  const text = (name: string) => {
    const value = input[name];
    return typeof value === 'string' ? value : '';
  };
  const many = (name: string) => {
    const value = input[name];
    return Array.isArray(value) ? (value as readonly Value[]).map(String) : [];
  };
  const options = list.format(many('option_ids').map(acts.titleOf));
  const fields = [...new Set(many('fields').map((path) => fieldOf(acts.stage, path)))].map(named);
  const own = text('message') || text('instruction');
  const notes = text('text');
  const heads: Readonly<Record<string, string | null>> = {
    ask: null,
    generate: t('said.generate'),
    compare: t('said.compare', { options }),
    merge: t('said.merge', { options }),
    complete:
      fields.length > 0
        ? t('said.completeFields', { fields: list.format(fields) })
        : t('said.complete'),
    digest: t('said.digest', {
      count: countWords(notes),
      shown: formatNumber(countWords(notes), i18n.language),
    }),
    refresh: t('said.refresh'),
  };
  const head = heads[round.action];
  return (
    <div className="flex flex-col gap-1">
      <p className="text-meta text-ink-3">{t('said.you')}</p>
      {head ? <p className="text-ui text-ink-2">{head}</p> : null}
      {own ? (
        <p lang={acts.language} className="text-section font-serif whitespace-pre-line">
          {own}
        </p>
      ) : null}
      {notes ? (
        <details>
          <summary className="text-meta text-ink-2 target w-fit underline underline-offset-4">
            {t('said.notes')}
          </summary>
          <p lang={acts.language} className="text-meta mt-1 max-w-prose whitespace-pre-line">
            {notes}
          </p>
        </details>
      ) : null}
    </div>
  );
}
