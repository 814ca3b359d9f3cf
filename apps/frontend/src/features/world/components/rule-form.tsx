import { useQuery } from '@tanstack/react-query';
import { useState, type FormEvent } from 'react';
import { useTranslation } from 'react-i18next';
import { Button } from '@/shared/ui/button';
import { Choice } from '@/shared/ui/choice';
import { Dialog, DialogActions } from '@/shared/ui/dialog';
import { Field, controlLook } from '@/shared/ui/field';
import { ProblemNote } from '@/shared/ui/problem-note';
import { Select } from '@/shared/ui/select';
import { useLawAct, type Rule } from '../law-queries';
import { emptyRule, RULE_KINDS, ruleChange, ruleFormOf, ruleWish, SCOPES } from '../laws';
import { entriesQuery } from '../queries';

interface RuleFormProps {
  readonly novel: string;
  readonly language: string;
  /** The rule to change; without one a new one is made. */
  readonly rule?: Rule;
  readonly onClose: () => void;
}

/** A law in one sentence, how firm it is, what it costs and where it ends; it counts at once. */
export function RuleForm({ novel, language, rule, onClose }: RuleFormProps) {
  const { t } = useTranslation(['rules', 'world', 'common']);
  const [form, setForm] = useState(rule ? ruleFormOf(rule) : emptyRule);
  const entries = useQuery(entriesQuery(novel, { scene: null, clock: 'story' }));
  const holders = (entries.data ?? []).filter((entry) => entry.kind in SCOPES);
  const unseen = form.scope !== '' && !holders.some((entry) => entry.id === form.scope);
  const act = useLawAct(novel);
  const set = (change: Partial<typeof form>) => setForm({ ...form, ...change });
  const submit = (event: FormEvent) => {
    event.preventDefault();
    const kind = holders.find((entry) => entry.id === form.scope)?.kind;
    act.mutate(
      rule
        ? { do: 'edit-rule', id: rule.id, rule: ruleChange(form, rule, kind) }
        : { do: 'add-rule', rule: ruleWish(form, kind) },
      { onSuccess: onClose },
    );
  };
  const words = (name: 'cost' | 'limits' | 'examples', rows: number) => (
    <Field label={t(name)} hint={t(`${name}Hint`)}>
      {(described) => (
        <textarea
          rows={rows}
          maxLength={2_000}
          lang={language}
          className={controlLook}
          value={form[name]}
          onChange={(event) => set({ [name]: event.target.value })}
          {...described}
        />
      )}
    </Field>
  );
  return (
    <Dialog open onOpenChange={onClose} title={rule ? t('edit') : t('add')}>
      <form onSubmit={submit} className="flex flex-col gap-4">
        <Field label={t('statement')} hint={t('statementHint')}>
          {(described) => (
            <textarea
              autoFocus
              required
              rows={2}
              maxLength={2_000}
              lang={language}
              className={controlLook}
              value={form.statement}
              onChange={(event) => set({ statement: event.target.value })}
              {...described}
            />
          )}
        </Field>
        <Choice
          label={t('hardness')}
          value={form.hardness}
          options={(['hard', 'soft'] as const).map((value) => ({ value, label: t(value) }))}
          onChange={(hardness) => set({ hardness })}
        />
        <div className="grid gap-4 sm:grid-cols-2">
          {words('cost', 2)}
          {words('limits', 2)}
        </div>
        {words('examples', 2)}
        <div className="grid gap-4 sm:grid-cols-2">
          <Field label={t('kind')}>
            {(described) => (
              <Select
                value={form.category}
                options={RULE_KINDS.map((value) => ({ value, label: t(`kinds.${value}`) }))}
                onValueChange={(category) => set({ category })}
                {...described}
              />
            )}
          </Field>
          <Field label={t('where')}>
            {(described) => (
              <Select
                value={form.scope}
                options={[
                  { value: '', label: t('everywhere') },
                  ...(unseen
                    ? [{ value: form.scope, label: entries.isSuccess ? t('whereGone') : '…' }]
                    : []),
                  ...holders.map((entry) => ({ value: entry.id, label: entry.name })),
                ]}
                onValueChange={(scope) => set({ scope })}
                {...described}
              />
            )}
          </Field>
        </div>
        {rule ? (
          <label className="text-ui flex items-center gap-2">
            <input
              type="checkbox"
              className="accent-ink"
              checked={form.locked}
              onChange={(event) => set({ locked: event.target.checked })}
            />
            {t('lock')}
          </label>
        ) : null}
        {act.error ? <ProblemNote error={act.error} text={t('world:unchanged')} /> : null}
        <DialogActions>
          <Button variant="quiet" onClick={onClose}>
            {t('common:actions.cancel')}
          </Button>
          <Button
            type="submit"
            variant="primary"
            disabled={form.statement.trim() === '' || act.isPending}
          >
            {t('common:actions.save')}
          </Button>
        </DialogActions>
      </form>
    </Dialog>
  );
}
