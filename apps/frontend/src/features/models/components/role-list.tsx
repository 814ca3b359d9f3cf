import { useQuery } from '@tanstack/react-query';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import type { ModelRead } from '@/shared/api/types';
import { Button } from '@/shared/ui/button';
import { Field } from '@/shared/ui/field';
import { ProblemNote } from '@/shared/ui/problem-note';
import { Select } from '@/shared/ui/select';
import { Waiting } from '@/shared/ui/waiting';
import { ROLES, choiceKey, choiceOf, sortModels } from '../model';
import { type RoleChoices, useRoles } from '../mutations';
import { modelsQuery, rolesQuery } from '../queries';
import { RoleOrder } from './role-order';

const MIXED = '';

interface RoleListProps {
  /** Without it: the choice for all books. */
  novel: string | undefined;
}

/** One choice for all agents; each can be set apart, with further models for when the first fails. */
export function RoleList({ novel }: RoleListProps) {
  const { t, i18n } = useTranslation(['models', 'common']);
  const models = useQuery(modelsQuery);
  const roles = useQuery(rolesQuery(novel));
  const save = useRoles(novel);
  const [apart, setApart] = useState(false);
  const error = models.error ?? roles.error;
  if (error) return <ProblemNote error={error} onRetry={() => void models.refetch()} />;
  if (!models.data || !roles.data) return <Waiting text={t('roles.title')} />;

  const current = ROLES.map((role) => [role, roles.data.roles[role] ?? []] as const);
  const first = (list: readonly { endpoint_id: string; model: string }[]) =>
    list[0] ? choiceKey(list[0]) : MIXED;
  const key = first(current[0]?.[1] ?? []);
  const same = current.every(([, list]) => list.length === 1 && first(list) === key);
  const options = sortModels(models.data, i18n.language).map((model) => ({
    value: choiceKey(model),
    label: nameOf(model, t('roles.demoModel')),
  }));
  const change = (wanted: RoleChoices) => save.mutate(wanted);
  return (
    <div className="flex max-w-lg flex-col gap-4">
      <Field label={t('roles.all')}>
        {(described) => (
          <Select
            value={same ? key : MIXED}
            options={same ? options : [{ value: MIXED, label: t('roles.mixed') }, ...options]}
            onValueChange={(chosen) => {
              if (chosen === MIXED) return;
              change(Object.fromEntries(ROLES.map((role) => [role, [choiceOf(chosen)]])));
            }}
            disabled={save.isPending}
            {...described}
          />
        )}
      </Field>
      {apart || !same ? (
        <div>
          <p className="text-meta text-ink-2 mb-2">{t('roles.order')}</p>
          {current.map(([role, choices]) => (
            <RoleOrder
              key={role}
              role={role}
              choices={choices}
              options={options}
              disabled={save.isPending}
              onChange={(next) => change({ [role]: next })}
            />
          ))}
        </div>
      ) : (
        <Button variant="link" className="self-start" onClick={() => setApart(true)}>
          {t('roles.each')}
        </Button>
      )}
      {roles.data.here.length > 0 ? (
        <Button
          variant="link"
          className="self-start"
          disabled={save.isPending}
          onClick={() => change(Object.fromEntries(roles.data.here.map((role) => [role, []])))}
        >
          {novel ? t('roles.asAll') : t('roles.asShipped')}
        </Button>
      ) : null}
      {save.error ? <ProblemNote error={save.error} /> : null}
    </div>
  );
}

function nameOf(model: ModelRead, demo: string): string {
  return model.demo ? demo : `${model.provider_label} · ${model.model}`;
}
