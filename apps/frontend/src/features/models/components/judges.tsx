import { useQuery } from '@tanstack/react-query';
import { Link } from '@tanstack/react-router';
import { useTranslation } from 'react-i18next';
import { judgesQuery } from '@/shared/api/judge-queries';
import { estimateQuery } from '@/shared/api/run-queries';
import type { JudgeModel } from '@/shared/api/types';
import { formatDate, formatNumber } from '@/shared/i18n/format';
import { Button } from '@/shared/ui/button';
import { usePrice } from '@/shared/ui/figures';
import { ProblemNote } from '@/shared/ui/problem-note';
import { KINDS, isOver, toldOf, TRIALS, useTrial, type Kind } from '../judging';

interface JudgesProps {
  /** The book in whose language models are tried, and among whose runs the trial stands. */
  readonly novel: string;
}

/** Which of the editor's models may pick by themselves, how each did when it was tried, and the way to try one. */
export function Judges({ novel }: JudgesProps) {
  const { t, i18n } = useTranslation('models');
  const judges = useQuery(judgesQuery(novel));
  if (judges.error) {
    return <ProblemNote error={judges.error} onRetry={() => void judges.refetch()} />;
  }
  if (!judges.data) return null;
  const language = new Intl.DisplayNames(i18n.language, { type: 'language' }).of(
    judges.data.language,
  );
  return (
    <>
      <p className="text-ui">
        {t(judges.data.decides ? 'judges.decides' : 'judges.advises', { language })}
      </p>
      <ul className="border-line divide-line mt-3 divide-y border-y">
        {judges.data.models.map((model) => (
          <JudgeLine
            key={`${model.endpoint_id ?? ''}/${model.model}`}
            novel={novel}
            model={model}
            mine={judges.data.mine && model.own}
            reworded={judges.data.reworded}
          />
        ))}
      </ul>
    </>
  );
}

/** Only one's own providers are named; of others the model alone is told. */
const nameOf = ({ provider_label: provider, model }: JudgeModel) =>
  provider === null ? model : `${provider} · ${model}`;

interface JudgeLineProps {
  readonly novel: string;
  readonly model: JudgeModel;
  readonly mine: boolean;
  readonly reworded: readonly Kind[];
}

function JudgeLine({ novel, model, mine, reworded }: JudgeLineProps) {
  const { t, i18n } = useTranslation(['models', 'common']);
  const named = { endpoint_id: model.endpoint_id ?? '', model: model.model };
  const price = usePrice();
  const cost = useQuery({ ...estimateQuery(novel, TRIALS, {}, named), enabled: mine });
  const trial = useTrial(novel);
  return (
    <li className="py-3">
      <span className="text-ui font-medium">
        {model.demo ? t('roles.demoModel') : nameOf(model)}
      </span>
      {KINDS.map((kind) => {
        const shown = model.trials[kind];
        return (
          <p key={kind} className="text-meta text-ink-2">
            {[
              t(`judges.kind.${kind}`),
              t(toldOf(shown, kind, reworded.includes(kind)), {
                ...shown,
                reads: formatNumber(shown?.too_small?.reads ?? 0, i18n.language),
                needs: formatNumber(shown?.too_small?.needs ?? 0, i18n.language),
              }),
              ...(shown && !shown.too_small
                ? [t(model.trusted.includes(kind) ? 'judges.mayDecide' : 'judges.mayAdvise')]
                : []),
            ].join(i18n.language.startsWith('zh') ? '' : ' ')}
          </p>
        );
      })}
      <p className="text-meta text-ink-3">
        {model.demo
          ? t('judges.builtIn')
          : model.at
            ? t('judges.at', { when: formatDate(model.at, i18n.language) })
            : null}
      </p>
      {mine && !model.demo ? (
        <div className="mt-2 flex flex-wrap items-center gap-3">
          <Button disabled={trial.busy} onClick={() => trial.go(named)}>
            {trial.busy ? t('judges.trying') : t('judges.try')}
          </Button>
          <span className="text-meta text-ink-3">
            {cost.data ? t('judges.cost', { price: price(cost.data) }) : null}
          </span>
        </div>
      ) : null}
      {trial.error ? <ProblemNote error={trial.error} /> : null}
      {trial.run && (trial.busy || !isOver(trial.run.state)) ? (
        <p role="status" className="text-meta text-ink-2 mt-2">
          {t('judges.goesOn')}{' '}
          <Link
            to="/n/$novel/runs/{-$run}"
            params={{ novel, run: trial.run.id }}
            className="underline underline-offset-4"
          >
            {t('judges.openRun')}
          </Link>
        </p>
      ) : null}
    </li>
  );
}
