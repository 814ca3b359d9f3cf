import { useQuery } from '@tanstack/react-query';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { Button } from '@/shared/ui/button';
import { Field } from '@/shared/ui/field';
import { ProblemNote } from '@/shared/ui/problem-note';
import { Select } from '@/shared/ui/select';
import { Waiting } from '@/shared/ui/waiting';
import { ROLES, choiceKey, choiceOf, sortModels } from '../model';
import { useRoles } from '../mutations';
import { modelsQuery, rolesQuery } from '../queries';

const MIXED = '';

/** One choice for all agents; each can be set apart. */
export function RoleList() {
  const { t, i18n } = useTranslation(['models', 'common']);
  const models = useQuery(modelsQuery);
  const roles = useQuery(rolesQuery);
  const save = useRoles();
  const current = ROLES.map((role) => {
    const first = roles.data?.roles[role]?.[0];
    return [role, first ? choiceKey(first) : MIXED] as const;
  });
  const same = current.every(([, key]) => key === current[0]?.[1]);
  const [apart, setApart] = useState(false);
  const error = models.error ?? roles.error;
  if (error) return <ProblemNote error={error} onRetry={() => void models.refetch()} />;
  if (!models.data || !roles.data) return <Waiting text={t('roles.title')} />;

  const options = sortModels(models.data, i18n.language).map((model) => ({
    value: choiceKey(model),
    label: model.demo ? t('roles.demoModel') : `${model.provider_label} · ${model.model}`,
  }));
  const set = (names: readonly (typeof ROLES)[number][], key: string) => {
    if (key === MIXED) return;
    save.mutate(Object.fromEntries(names.map((role) => [role, [choiceOf(key)]])));
  };
  return (
    <div className="flex max-w-lg flex-col gap-4">
      <Field label={t('roles.all')}>
        {(described) => (
          <Select
            value={same ? (current[0]?.[1] ?? MIXED) : MIXED}
            options={same ? options : [{ value: MIXED, label: t('roles.mixed') }, ...options]}
            onValueChange={(key) => set(ROLES, key)}
            disabled={save.isPending}
            {...described}
          />
        )}
      </Field>
      {apart || !same ? (
        current.map(([role, key]) => (
          <Field key={role} label={t(`common:agents.${role}`)}>
            {(described) => (
              <Select
                value={key}
                options={options}
                onValueChange={(next) => set([role], next)}
                disabled={save.isPending}
                {...described}
              />
            )}
          </Field>
        ))
      ) : (
        <Button variant="link" className="self-start" onClick={() => setApart(true)}>
          {t('roles.each')}
        </Button>
      )}
      {save.error ? <ProblemNote error={save.error} /> : null}
    </div>
  );
}
