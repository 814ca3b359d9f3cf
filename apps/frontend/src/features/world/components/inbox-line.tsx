import { Link } from '@tanstack/react-router';
import { useState, type FormEvent } from 'react';
import { useTranslation } from 'react-i18next';
import type { components } from '@/shared/api/generated/schema';
import type { Problem } from '@/shared/api/problems';
import { Button } from '@/shared/ui/button';
import { controlLook } from '@/shared/ui/field';
import { ProblemNote } from '@/shared/ui/problem-note';
import { Select } from '@/shared/ui/select';
import { editable } from '../inbox-words';
import { kindOf } from '../model';
import { useWorldAct } from '../queries';
import { KINDS, type EntryKind, type InboxItem } from '../types';
import { EvidenceList } from './evidence';

interface InboxLineProps {
  readonly novel: string;
  readonly language: string;
  readonly item: InboxItem;
}

type Decided = components['schemas']['InboxDecided'];

/** One suggestion: what, from which sentence, and what it clashes with; taken, changed or refused. */
export function InboxLine({ novel, language, item }: InboxLineProps) {
  const { t } = useTranslation(['world', 'common']);
  const act = useWorldAct(novel);
  const [editing, setEditing] = useState(false);
  const canEdit = editable(item) !== null;
  const decide = (action: 'accept' | 'reject', edit?: InboxItem['payload']) =>
    act.mutate({
      do: 'decide',
      wish: { ids: [item.id], action, ...(edit ? { edit: { [item.id]: edit } } : {}) },
    });
  const entity = item.kind === 'entity' ? kindOf(String(item.payload.kind)) : null;
  return (
    <li className="grid gap-x-6 gap-y-2 py-3 sm:grid-cols-[1fr_auto]">
      <div className="min-w-0">
        <p className="text-ui">
          <span className="text-meta text-agent me-3">
            {t(`inbox.kinds.${item.kind}` as 'inbox.kinds.fact')}
            {entity ? ` · ${t(`kinds.one.${entity}`)}` : ''}
          </span>
          <span lang={language}>{item.text}</span>
        </p>
        <EvidenceList novel={novel} language={language} evidence={item.evidence} />
        {item.clash.length > 0 ? (
          <p className="text-meta text-doubt mt-1">
            {t('inbox.clash', { text: item.clash.map((one) => one.text).join(' · ') })}
          </p>
        ) : null}
        {editing ? (
          <Edit
            language={language}
            item={item}
            busy={act.isPending}
            onDone={(payload) => decide('accept', payload)}
          />
        ) : null}
        <Refused novel={novel} item={item} act={act} onAgain={() => decide('accept')} />
      </div>
      <div role="group" aria-label={item.text} className="-ms-2 flex items-start gap-4 sm:ms-0">
        <Button variant="link" disabled={act.isPending} onClick={() => decide('accept')}>
          {t('inbox.accept')}
        </Button>
        {canEdit ? (
          <Button variant="link" aria-expanded={editing} onClick={() => setEditing(!editing)}>
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

interface EditProps {
  readonly language: string;
  readonly item: InboxItem;
  readonly busy: boolean;
  readonly onDone: (payload: InboxItem['payload']) => void;
}

/** The suggestion put otherwise: its words, and of a new entry what it is. */
function Edit({ language, item, busy, onDone }: EditProps) {
  const { t } = useTranslation('world');
  const field = editable(item);
  const [text, setText] = useState(field?.text ?? '');
  const [kind, setKind] = useState<EntryKind>(kindOf(String(item.payload.kind)));
  const submit = (event: FormEvent) => {
    event.preventDefault();
    const payload = field?.with(text.trim());
    if (payload) onDone(item.kind === 'entity' ? { ...payload, kind } : payload);
  };
  return (
    <form onSubmit={submit} className="mt-2 flex flex-wrap gap-2">
      <input
        autoFocus
        lang={language}
        value={text}
        aria-label={t('inbox.edited')}
        className={`${controlLook} w-auto grow`}
        onChange={(event) => setText(event.target.value)}
      />
      {item.kind === 'entity' ? (
        <Select
          value={kind}
          aria-label={t('entry.kind')}
          className="w-32"
          options={KINDS.map((value) => ({ value, label: t(`kinds.one.${value}`) }))}
          onValueChange={setKind}
        />
      ) : null}
      <Button type="submit" disabled={text.trim() === '' || busy}>
        {t('inbox.acceptThis')}
      </Button>
    </form>
  );
}

interface RefusedProps {
  readonly novel: string;
  readonly item: InboxItem;
  readonly act: ReturnType<typeof useWorldAct>;
  readonly onAgain: () => void;
}

/** Why a suggestion was not taken, and the ways on from there: the old value taken back, or a look at it. */
function Refused({ novel, item, act, onAgain }: RefusedProps) {
  const { t } = useTranslation('world');
  const undo = useWorldAct(novel);
  const refused = (act.data as Decided | undefined)?.refused?.[0]?.problem as Problem | undefined;
  const problem = undo.error ?? act.error ?? refused;
  if (!problem) return null;
  const against = refused?.code === 'single-valued-overlap' ? refused.params?.fact_id : undefined;
  const subject = item.payload.subject_id ?? item.payload.entity_id;
  return (
    <div className="mt-2">
      <ProblemNote error={problem} text={t('unchanged')}>
        {typeof against === 'string' ? (
          <Button
            variant="link"
            disabled={undo.isPending}
            onClick={() => undo.mutate({ do: 'drop-fact', id: against }, { onSuccess: onAgain })}
          >
            {t('inbox.replace')}
          </Button>
        ) : null}
        {typeof subject === 'string' ? (
          <Button variant="link" asChild>
            <Link to="/n/$novel/world/{-$entry}" params={{ novel, entry: subject }}>
              {t('inbox.look')}
            </Link>
          </Button>
        ) : null}
      </ProblemNote>
    </div>
  );
}
