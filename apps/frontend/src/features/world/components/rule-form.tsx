import { useQuery } from '@tanstack/react-query';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { Choice } from '@/shared/ui/choice';
import { AreaField, SelectField, Tick } from '@/shared/ui/fields';
import { FormDialog } from '@/shared/ui/form-dialog';
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
  const submit = () => {
    const kind = holders.find((entry) => entry.id === form.scope)?.kind;
    act.mutate(
      rule
        ? { do: 'edit-rule', id: rule.id, rule: ruleChange(form, rule, kind) }
        : { do: 'add-rule', rule: ruleWish(form, kind) },
      { onSuccess: onClose },
    );
  };
  const words = (name: 'cost' | 'limits' | 'examples', rows: number) => (
    <AreaField
      label={t(name)}
      hint={t(`${name}Hint`)}
      rows={rows}
      maxLength={2_000}
      lang={language}

      value={form[name]}
      onChange={(text) => set({ [name]: text })}
    />
  );
  return (
    <FormDialog
      title={rule ? t('edit') : t('add')}
      ready={form.statement.trim() !== ''}
      pending={act.isPending}
      error={act.error}
      errorText={t('world:unchanged')}
      onSubmit={submit}
      onClose={onClose}
    >
      <AreaField
        label={t('statement')}
        hint={t('statementHint')}
        autoFocus
        required
        rows={2}
        maxLength={2_000}
        lang={language}

        value={form.statement}
        onChange={(text) => set({ statement: text })}
      />
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
        <SelectField
          label={t('kind')}
          value={form.category}
          options={RULE_KINDS.map((value) => ({ value, label: t(`kinds.${value}`) }))}
          onChange={(category) => set({ category })}
        />
        <SelectField
          label={t('where')}
          value={form.scope}
          options={[
            { value: '', label: t('everywhere') },
            ...(unseen
              ? [{ value: form.scope, label: entries.isSuccess ? t('whereGone') : '…' }]
              : []),
            ...holders.map((entry) => ({ value: entry.id, label: entry.name })),
          ]}
          onChange={(scope) => set({ scope })}
        />
      </div>
      {rule ? (
        <Tick label={t('lock')} checked={form.locked} onChange={(yes) => set({ locked: yes })} />
      ) : null}
    </FormDialog>
  );
}
