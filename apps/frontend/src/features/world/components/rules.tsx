import { useQuery } from '@tanstack/react-query';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { Button } from '@/shared/ui/button';
import { Menu, MenuItem, MenuLine } from '@/shared/ui/menu';
import { ProblemNote } from '@/shared/ui/problem-note';
import { toast } from '@/shared/ui/toast';
import { Empty, Waiting } from '@/shared/ui/waiting';
import { rulesQuery, useLawAct, type Rule } from '../law-queries';
import { entriesQuery } from '../queries';
import { RuleForm } from './rule-form';

const HARDNESS = ['hard', 'soft'] as const;

interface RulesProps {
  readonly novel: string;
  readonly language: string;
}

/** The laws of the world, the ones that cannot be broken first; each with its price and its limit. */
export function Rules({ novel, language }: RulesProps) {
  const { t } = useTranslation(['rules', 'world']);
  const rules = useQuery(rulesQuery(novel));
  if (rules.isPending) return <Waiting text={t('world:loading')} lines={5} />;
  if (rules.error) {
    return <ProblemNote error={rules.error} onRetry={() => void rules.refetch()} />;
  }
  if (rules.data.length === 0) return <Empty text={t('empty')} />;
  return (
    <>
      <p className="text-ui text-ink-2 mb-8 max-w-prose">{t('text')}</p>
      {HARDNESS.map((hardness) => {
        const group = rules.data.filter((rule) => rule.hardness === hardness);
        if (group.length === 0) return null;
        return (
          <section key={hardness} className="mb-10">
            <h2 className="text-section mb-1 font-semibold">{t(`${hardness}Title`)}</h2>
            <ul className="border-line divide-line divide-y border-y">
              {group.map((rule) => (
                <RuleLine key={rule.id} novel={novel} language={language} rule={rule} />
              ))}
            </ul>
          </section>
        );
      })}
    </>
  );
}

function RuleLine({ novel, language, rule }: RulesProps & { readonly rule: Rule }) {
  const { t, i18n } = useTranslation(['rules', 'world']);
  const [editing, setEditing] = useState(false);
  const act = useLawAct(novel);
  const entries = useQuery(entriesQuery(novel, { scene: null, clock: 'story' }));
  const scope = entries.data?.find((entry) => entry.id === rule.scope_id)?.name;
  const kind = `kinds.${rule.category}`;
  const said: [string, string][] = [
    [t('cost'), rule.cost],
    [t('limits'), rule.limits],
    [t('examples'), rule.examples.join('\n')],
  ];
  const notes = [
    i18n.exists(kind, { ns: 'rules' }) ? t(kind as 'kinds.custom') : rule.category,
    scope ? t('only', { name: scope }) : null,
    rule.locked ? t('locked') : null,
  ].filter((note) => note !== null);
  const retire = () =>
    act.mutate({ do: 'drop-rule', id: rule.id }, { onSuccess: () => toast(t('retired')) });
  return (
    <li className="grid grid-cols-[1fr_auto] gap-x-6 py-3">
      <div className="min-w-0">
        <p lang={language} className="text-section font-serif">
          {rule.statement}
        </p>
        <dl className="text-meta mt-1 grid grid-cols-[4rem_1fr] gap-x-3">
          {said
            .filter(([, words]) => words !== '')
            .map(([name, words]) => (
              <div key={name} className="contents">
                <dt className="text-ink-3">{name}</dt>
                <dd lang={language} className="text-ink-2 whitespace-pre-line">
                  {words}
                </dd>
              </div>
            ))}
          <div className="contents">
            <dt className="text-ink-3">{t('kind')}</dt>
            <dd className="text-ink-2">{notes.join(' · ')}</dd>
          </div>
        </dl>
        {act.error ? <ProblemNote error={act.error} text={t('world:unchanged')} /> : null}
      </div>
      <Menu
        trigger={
          <Button
            variant="quiet"
            size="small"
            className="self-start"
            aria-label={t('menu', { rule: rule.statement })}
          >
            {'⋯'}
          </Button>
        }
      >
        <MenuItem onSelect={() => setEditing(true)}>{t('edit')}</MenuItem>
        <MenuLine />
        <MenuItem danger disabled={act.isPending} onSelect={retire}>
          {t('retire')}
        </MenuItem>
      </Menu>
      {editing ? (
        <RuleForm novel={novel} language={language} rule={rule} onClose={() => setEditing(false)} />
      ) : null}
    </li>
  );
}
