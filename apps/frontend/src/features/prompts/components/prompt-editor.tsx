import { useQuery } from '@tanstack/react-query';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { useAgentName } from '@/shared/ui/agent-name';
import { Button } from '@/shared/ui/button';
import { ProblemNote } from '@/shared/ui/problem-note';
import { toast } from '@/shared/ui/toast';
import { Views } from '@/shared/ui/views';
import { Waiting } from '@/shared/ui/waiting';
import { useKeptDraft } from '../hooks/use-kept-draft';
import { misfitOf, ownOf, sameWording, wordingOf } from '../model';
import { promptQuery, usePromptAct } from '../queries';
import type { PartsOf, PromptRead, Whose, Wording } from '../types';
import { usePromptName } from '../words';
import { PromptDifference } from './prompt-difference';
import { PromptHistory } from './prompt-history';
import { PromptNotice } from './prompt-notice';
import { PromptPreviewPane } from './prompt-preview';
import { SaveProblem } from './save-problem';
import { WordingFields } from './wording-fields';

interface PromptEditorProps {
  readonly whose: Whose;
  readonly name: string;
  readonly onLeave: () => void;
  readonly partsOf: PartsOf;
}

/** One prompt: its wording to be edited, how it differs from the shipped one, what would be sent, and what it was. */
export function PromptEditor(props: PromptEditorProps) {
  const { whose, name, onLeave } = props;
  const { t } = useTranslation('prompts');
  const prompt = useQuery(promptQuery(whose, name));
  return (
    <>
      <Button variant="link" className="text-meta text-ink-2 mb-4" onClick={onLeave}>
        {t('all')}
      </Button>
      {prompt.isPending ? <Waiting text={t('title')} lines={8} /> : null}
      {prompt.error ? (
        <ProblemNote error={prompt.error} onRetry={() => void prompt.refetch()} />
      ) : null}
      {prompt.data ? <Open {...props} prompt={prompt.data} /> : null}
    </>
  );
}

type View = 'wording' | 'difference' | 'preview' | 'history';

function Open({ whose, name, prompt, partsOf }: PromptEditorProps & { prompt: PromptRead }) {
  const { t } = useTranslation('prompts');
  const title = usePromptName()(prompt);
  const agent = useAgentName()(prompt.agent);
  const act = usePromptAct(whose, name);
  const own = ownOf(prompt, whose);
  const inForce = wordingOf(prompt);
  const draft = useKeptDraft(`${whose ?? 'mine'}/${name}`, own ?? inForce);
  const [view, setView] = useState<View>('wording');
  const changed = !sameWording(draft.value, own ?? inForce);
  const { unknown, missing } = misfitOf(prompt.variables, draft.value);
  const fits = unknown.length === 0 && missing.length === 0;
  const save = (wording: Wording, replaces = own?.version ?? null) =>
    act.mutate(
      { ...wording, replaces },
      {
        onSuccess: () => {
          draft.forget();
          toast(t('saved'));
        },
      },
    );
  const reset = () =>
    own &&
    act.mutate(
      { reset: own.version },
      {
        onSuccess: () => {
          draft.forget();
          toast(t('resetDone'));
        },
      },
    );
  return (
    <>
      <h2 className="text-section font-semibold">{title}</h2>
      <p className="text-meta text-ink-2 mb-4">{`${agent} · ${t(`source.${prompt.source}`)}`}</p>
      <PromptNotice
        prompt={prompt}
        own={own}
        pending={act.isPending}
        onKeep={() => own && save(own)}
        onReset={reset}
      />
      <Views
        label={title}
        value={view}
        options={(['wording', 'difference', 'preview', 'history'] as const).map((value) => ({
          value,
          label: t(`view.${value}`),
        }))}
        onChange={setView}
      />
      <div className="mt-4 flex flex-col gap-6">
        {view === 'wording' ? (
          <WordingFields
            prompt={prompt}
            value={draft.value}
            unknown={unknown}
            missing={missing}
            onChange={draft.set}
          />
        ) : null}
        {view === 'difference' ? (
          <PromptDifference
            first={prompt.shipped}
            second={draft.value}
            language={prompt.language}
          />
        ) : null}
        {view === 'preview' ? (
          <PromptPreviewPane
            whose={whose}
            prompt={prompt}
            draft={changed ? draft.value : null}
            fits={fits}
            partsOf={partsOf}
          />
        ) : null}
        {view === 'history' ? (
          <PromptHistory
            whose={whose}
            name={name}
            language={prompt.language}
            onTake={(wording) => {
              draft.set(wording);
              setView('wording');
            }}
          />
        ) : null}
        {act.error ? (
          <SaveProblem error={act.error} onOver={(version) => save(draft.value, version)} />
        ) : null}
        {view === 'wording' || view === 'difference' ? (
          <div className="flex flex-wrap items-center gap-2">
            <Button
              variant="primary"
              disabled={!changed || !fits || act.isPending}
              onClick={() => save(draft.value)}
            >
              {t(whose === null ? 'saveMine' : 'saveNovel')}
            </Button>
            {changed ? (
              <Button variant="quiet" onClick={draft.forget}>
                {t('discard')}
              </Button>
            ) : null}
            {own ? (
              <Button variant="quiet" disabled={act.isPending} onClick={reset}>
                {t(whose !== null && prompt.mine ? 'resetToMine' : 'reset')}
              </Button>
            ) : null}
          </div>
        ) : null}
        <p className="text-meta text-ink-3">{t('when')}</p>
      </div>
    </>
  );
}
