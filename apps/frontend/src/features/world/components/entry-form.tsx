import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { fieldError, problemOf } from '@/shared/api/problems';
import { AreaField, SelectField, TextField } from '@/shared/ui/fields';
import { FormDialog } from '@/shared/ui/form-dialog';
import { kindOf } from '../model';
import { useWorldAct } from '../queries';
import { KINDS, type EntryDetail, type EntryKind } from '../types';

const SEEN = ['always', 'when_mentioned', 'never', 'private_note'] as const;
const WEIGHTS = ['5', '4', '3', '2', '1'] as const;
type Seen = (typeof SEEN)[number];

interface EntryFormProps {
  readonly novel: string;
  readonly language: string;
  /** The entry to change; without one a new one is made. */
  readonly entry?: EntryDetail['entry'];
  readonly kind?: EntryKind | undefined;
  readonly onClose: () => void;
  readonly onMade?: (id: string) => void;
}

/** Name, kind, summary and how far agents may see it; what is saved here counts at once. */
export function EntryForm({ novel, language, entry, kind, onClose, onMade }: EntryFormProps) {
  const { t } = useTranslation(['world', 'common']);
  const [form, setForm] = useState({
    kind: entry ? kindOf(entry.kind) : (kind ?? 'character'),
    name: entry?.name ?? '',
    summary: entry?.summary ?? '',
    description: entry?.description ?? '',
    importance: String(entry?.importance ?? 3) as (typeof WEIGHTS)[number],
    agent_visibility: (entry?.agent_visibility ?? 'when_mentioned') as Seen,
  });
  const act = useWorldAct(novel);
  const set = (change: Partial<typeof form>) => setForm({ ...form, ...change });
  const submit = () => {
    const { kind: chosen, importance, ...rest } = form;
    const given = { ...rest, name: form.name.trim(), importance: Number(importance) };
    act.mutate(
      entry
        ? { do: 'edit-entry', id: entry.id, entry: given }
        : { do: 'add-entry', entry: { ...given, kind: chosen } },
      {
        onSuccess: (answer) => {
          onClose();
          const made = answer as EntryDetail | undefined;
          if (!entry && made) onMade?.(made.entry.id);
        },
      },
    );
  };
  const problem = act.error ? problemOf(act.error) : null;
  return (
    <FormDialog
      title={entry ? t('entry.edit') : t('entry.add')}
      ready={form.name.trim() !== ''}
      pending={act.isPending}
      error={act.error}
      errorText={t('unchanged')}
      onSubmit={submit}
      onClose={onClose}
    >
      <div className="grid gap-4 sm:grid-cols-[1fr_10rem]">
        <TextField
          label={t('entry.name')}
          error={problem && fieldError(problem, 'name') ? t('entry.nameWrong') : undefined}
          autoFocus
          required
          maxLength={200}
          lang={language}

          value={form.name}
          onChange={(text) => set({ name: text })}
        />
        <SelectField
          label={t('entry.kind')}
          value={form.kind}
          disabled={entry !== undefined}
          options={KINDS.map((value) => ({ value, label: t(`kinds.one.${value}`) }))}
          onChange={(value) => set({ kind: value })}
        />
      </div>
      <AreaField
        label={t('entry.summary')}
        hint={t('entry.summaryHint')}
        rows={2}
        maxLength={300}
        lang={language}

        value={form.summary}
        onChange={(text) => set({ summary: text })}
      />
      <AreaField
        label={t('entry.description')}
        rows={4}
        maxLength={4_000}
        lang={language}

        value={form.description}
        onChange={(text) => set({ description: text })}
      />
      <div className="grid gap-4 sm:grid-cols-2">
        <SelectField
          label={t('entry.importance')}
          value={form.importance}
          options={WEIGHTS.map((value) => ({ value, label: t(`entry.weights.${value}`) }))}
          onChange={(importance) => set({ importance })}
        />
        <SelectField
          label={t('entry.seen')}
          value={form.agent_visibility}
          options={SEEN.map((value) => ({ value, label: t(`entry.seenBy.${value}`) }))}
          onChange={(agent_visibility) => set({ agent_visibility })}
        />
      </div>
    </FormDialog>
  );
}
