import { useTranslation } from 'react-i18next';
import { partsOf } from '@/prose/diff/parts';
import { TextDifference } from '@/shared/ui/text-difference';
import { inWords } from '../outputs';

import type { Change, Refused } from '../changes';

/** Where a change is made, in words. */
function useWhere(): (change: Change) => string {
  const { t } = useTranslation('runs');
  return ({ kind, number, title }) =>
    kind === 'scene'
      ? t('changes.scene', { number: number ?? '', title: title ?? '' })
      : t('changes.chapter', { number: number ?? '', title: title ?? '' });
}

/** Changes of the plan: what stands there, struck, and what would stand there, underlined. */
export function PlanChanges({ changes }: { changes: readonly Change[] }) {
  const where = useWhere();
  return (
    <ul className="divide-line border-line max-w-prose divide-y border-y">
      {changes.map((change, index) => (
        <li key={`${change.field}:${String(index)}`} className="py-2">
          <p className="text-meta text-ink-2">
            {where(change)} · <FieldName field={change.field} added={!change.before} />
          </p>
          <Difference change={change} />
        </li>
      ))}
    </ul>
  );
}

function Difference({ change }: { change: Change }) {
  const { i18n } = useTranslation();
  const parts = change.before
    ? partsOf(change.before, change.after, i18n.language)
    : [{ kind: 'come' as const, text: change.after }];
  return <TextDifference parts={parts} className="text-ui" />;
}

function FieldName({ field, added }: { field: string; added: boolean }) {
  const { t, i18n } = useTranslation('runs');
  const key = `changes.fields.${field}`;
  const name = i18n.exists(key, { ns: 'runs' }) ? t(key as 'changes.fields.goal') : field;
  return added ? t('changes.added', { field: name }) : name;
}

/** Changes of the plan that were not made, and why not. */
export function RefusedChanges({ refused }: { refused: readonly Refused[] }) {
  const { t, i18n } = useTranslation('runs');
  const where = useWhere();
  return (
    <ul className="text-meta text-ink-2 max-w-prose list-disc ps-5">
      {refused.map(({ change, why, reason }, index) => {
        const key = `changes.why.${why}`;
        const known = i18n.exists(key, { ns: 'runs' }) ? t(key as 'changes.why.locked') : why;
        const words = reason ? inWords(reason, i18n.language) : '';
        return (
          <li key={`${why}:${String(index)}`}>
            {change ? `${where(change)} – “${change.after}”: ` : ''}
            {words || known}
          </li>
        );
      })}
    </ul>
  );
}
