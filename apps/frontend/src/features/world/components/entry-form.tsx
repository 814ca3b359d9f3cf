import { useState, type FormEvent } from 'react';
import { useTranslation } from 'react-i18next';
import { fieldError, problemOf } from '@/shared/api/problems';
import { Button } from '@/shared/ui/button';
import { Dialog, DialogActions } from '@/shared/ui/dialog';
import { Field, controlLook } from '@/shared/ui/field';
import { ProblemNote } from '@/shared/ui/problem-note';
import { Select } from '@/shared/ui/select';
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
  const submit = (event: FormEvent) => {
    event.preventDefault();
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
    <Dialog open onOpenChange={onClose} title={entry ? t('entry.edit') : t('entry.add')}>
      <form onSubmit={submit} className="flex flex-col gap-4">
        <div className="grid gap-4 sm:grid-cols-[1fr_10rem]">
          <Field
            label={t('entry.name')}
            error={problem && fieldError(problem, 'name') ? t('entry.nameWrong') : undefined}
          >
            {(described) => (
              <input
                autoFocus
                required
                maxLength={200}
                lang={language}
                className={controlLook}
                value={form.name}
                onChange={(event) => set({ name: event.target.value })}
                {...described}
              />
            )}
          </Field>
          <Field label={t('entry.kind')}>
            {(described) => (
              <Select
                value={form.kind}
                disabled={entry !== undefined}
                options={KINDS.map((value) => ({ value, label: t(`kinds.one.${value}`) }))}
                onValueChange={(value) => set({ kind: value })}
                {...described}
              />
            )}
          </Field>
        </div>
        <Field label={t('entry.summary')} hint={t('entry.summaryHint')}>
          {(described) => (
            <textarea
              rows={2}
              maxLength={300}
              lang={language}
              className={controlLook}
              value={form.summary}
              onChange={(event) => set({ summary: event.target.value })}
              {...described}
            />
          )}
        </Field>
        <Field label={t('entry.description')}>
          {(described) => (
            <textarea
              rows={4}
              maxLength={4_000}
              lang={language}
              className={controlLook}
              value={form.description}
              onChange={(event) => set({ description: event.target.value })}
              {...described}
            />
          )}
        </Field>
        <div className="grid gap-4 sm:grid-cols-2">
          <Field label={t('entry.importance')}>
            {(described) => (
              <Select
                value={form.importance}
                options={WEIGHTS.map((value) => ({ value, label: t(`entry.weights.${value}`) }))}
                onValueChange={(importance) => set({ importance })}
                {...described}
              />
            )}
          </Field>
          <Field label={t('entry.seen')}>
            {(described) => (
              <Select
                value={form.agent_visibility}
                options={SEEN.map((value) => ({ value, label: t(`entry.seenBy.${value}`) }))}
                onValueChange={(agent_visibility) => set({ agent_visibility })}
                {...described}
              />
            )}
          </Field>
        </div>
        {act.error ? <ProblemNote error={act.error} text={t('unchanged')} /> : null}
        <DialogActions>
          <Button variant="quiet" onClick={onClose}>
            {t('common:actions.cancel')}
          </Button>
          <Button
            type="submit"
            variant="primary"
            disabled={form.name.trim() === '' || act.isPending}
          >
            {t('common:actions.save')}
          </Button>
        </DialogActions>
      </form>
    </Dialog>
  );
}
