import { useState, type FormEvent } from 'react';
import { X } from 'lucide-react';
import { useTranslation } from 'react-i18next';
import { problemOf } from '@/shared/api/problems';
import { Button } from '@/shared/ui/button';
import { controlLook } from '@/shared/ui/field';
import { IconButton } from '@/shared/ui/icon-button';
import { ProblemNote } from '@/shared/ui/problem-note';
import { Select } from '@/shared/ui/select';
import { useWorldAct } from '../queries';
import type { EntryDetail } from '../types';

const ALIAS_KINDS = ['name', 'given_name', 'family_name', 'title', 'nickname', 'epithet'] as const;

interface AliasesProps {
  readonly novel: string;
  readonly language: string;
  readonly entry: EntryDetail['entry'];
  /** Asks whether this entry and another one, which bears the same name, are one. */
  readonly onMerge: (other: string) => void;
}

/** The other names of an entry; one is added or taken away in place. */
export function Aliases({ novel, language, entry, onMerge }: AliasesProps) {
  const { t } = useTranslation(['world', 'common']);
  const [adding, setAdding] = useState(false);
  const [text, setText] = useState('');
  const [kind, setKind] = useState<(typeof ALIAS_KINDS)[number]>('name');
  const act = useWorldAct(novel);
  const others = entry.aliases.filter((alias) => alias.text !== entry.name);
  const add = (ambiguous: boolean) =>
    act.mutate(
      { do: 'add-alias', id: entry.id, alias: { text: text.trim(), kind, ambiguous } },
      {
        onSuccess: () => {
          setText('');
          setAdding(false);
        },
      },
    );
  const submit = (event: FormEvent) => {
    event.preventDefault();
    add(false);
  };
  const owner = act.error ? ownerOf(act.error) : null;
  return (
    <div className="mt-2">
      <ul className="flex flex-wrap items-center gap-x-4 gap-y-1">
        {others.map((alias) => (
          <li key={alias.id} className="text-ui text-ink-2 inline-flex items-center">
            <span lang={language}>{alias.text}</span>
            <IconButton
              icon={X}
              label={t('alias.remove', { name: alias.text })}
              className="text-ink-3 px-1"
              disabled={act.isPending}
              onClick={() => act.mutate({ do: 'drop-alias', id: entry.id, alias: alias.id })}
            />
          </li>
        ))}
        <li>
          <Button variant="link" className="text-meta" onClick={() => setAdding(!adding)}>
            {t('alias.add')}
          </Button>
        </li>
      </ul>
      {adding ? (
        <form onSubmit={submit} className="mt-2 flex flex-wrap gap-2">
          <input
            autoFocus
            value={text}
            maxLength={200}
            lang={language}
            aria-label={t('alias.text')}
            placeholder={t('alias.text')}
            className={`${controlLook} max-w-56`}
            onChange={(event) => setText(event.target.value)}
          />
          <Select
            value={kind}
            aria-label={t('alias.kind')}
            className="w-40"
            options={ALIAS_KINDS.map((value) => ({ value, label: t(`alias.kinds.${value}`) }))}
            onValueChange={setKind}
          />
          <Button type="submit" disabled={text.trim() === '' || act.isPending}>
            {t('common:actions.save')}
          </Button>
        </form>
      ) : null}
      {act.error ? (
        <div className="mt-3">
          <ProblemNote error={act.error} text={t('unchanged')}>
            {owner && owner !== entry.id ? (
              <>
                <Button variant="link" onClick={() => add(true)}>
                  {t('alias.both')}
                </Button>
                <Button variant="link" onClick={() => onMerge(owner)}>
                  {t('alias.same')}
                </Button>
              </>
            ) : null}
          </ProblemNote>
        </div>
      ) : null}
    </div>
  );
}

/** The entry that bears the refused name already. */
function ownerOf(error: Error): string | null {
  const { code, params } = problemOf(error);
  return code === 'alias-taken' && typeof params?.entity_id === 'string' ? params.entity_id : null;
}
