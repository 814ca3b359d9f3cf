import { useState, type FormEvent } from 'react';
import { useTranslation } from 'react-i18next';
import { problemOf } from '@/shared/api/problems';
import { Button } from '@/shared/ui/button';
import { controlLook } from '@/shared/ui/field';
import { ProblemNote } from '@/shared/ui/problem-note';
import { editable, wordsOf } from '../inbox-words';
import { useWorldAct } from '../queries';
import type { InboxItem } from '../types';
import { EvidenceList } from './evidence';

interface InboxLineProps {
  readonly novel: string;
  readonly language: string;
  readonly item: InboxItem;
  readonly names: ReadonlyMap<string, string>;
  readonly labels: ReadonlyMap<string, string>;
}

interface Decided {
  readonly refused?: readonly { readonly id: string; readonly problem: unknown }[];
}

/** One suggestion: what, from which sentence, and what it clashes with; taken, changed or refused. */
export function InboxLine({ novel, language, item, names, labels }: InboxLineProps) {
  const { t } = useTranslation(['world', 'common']);
  const act = useWorldAct(novel);
  const field = editable(item);
  const [text, setText] = useState<string | null>(null);
  const decide = (action: 'accept' | 'reject', edit?: object) =>
    act.mutate({ do: 'decide', ids: [item.id], action, ...(edit ? { edit } : {}) });
  const submit = (event: FormEvent) => {
    event.preventDefault();
    if (!field || text === null) return;
    decide('accept', { [item.id]: field.with(text.trim()) });
  };
  const refused = (act.data as Decided | undefined)?.refused?.[0]?.problem;
  const says = wordsOf(item, names, labels);
  return (
    <li className="grid gap-x-6 gap-y-2 py-3 sm:grid-cols-[1fr_auto]">
      <div className="min-w-0">
        <p className="text-ui">
          <span className="text-meta text-agent me-3">
            {t(`inbox.kinds.${item.kind}` as 'inbox.kinds.fact')}
          </span>
          <span lang={language}>{says}</span>
        </p>
        <EvidenceList novel={novel} language={language} evidence={item.evidence} />
        {item.clash.length > 0 ? (
          <p className="text-meta text-doubt mt-1">
            {t('inbox.clash', { text: item.clash.map((one) => one.text).join(' · ') })}
          </p>
        ) : null}
        {text !== null && field ? (
          <form onSubmit={submit} className="mt-2 flex gap-2">
            <input
              autoFocus
              lang={language}
              value={text}
              aria-label={t('inbox.edited')}
              className={controlLook}
              onChange={(event) => setText(event.target.value)}
            />
            <Button type="submit" disabled={text.trim() === '' || act.isPending}>
              {t('inbox.acceptThis')}
            </Button>
          </form>
        ) : null}
        {act.error ? <ProblemNote error={problemOf(act.error)} text={t('unchanged')} /> : null}
        {refused ? <ProblemNote error={refused} text={t('unchanged')} /> : null}
      </div>
      <div role="group" aria-label={says} className="flex items-start gap-4">
        <Button variant="link" disabled={act.isPending} onClick={() => decide('accept')}>
          {t('inbox.accept')}
        </Button>
        {field ? (
          <Button
            variant="link"
            aria-expanded={text !== null}
            onClick={() => setText(text === null ? field.text : null)}
          >
            {t('inbox.edit')}
          </Button>
        ) : null}
        <Button variant="link" disabled={act.isPending} onClick={() => decide('reject')}>
          {t('inbox.reject')}
        </Button>
      </div>
    </li>
  );
}
