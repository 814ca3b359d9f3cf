import { Link } from '@tanstack/react-router';
import { useTranslation } from 'react-i18next';
import type { JudgesRead } from '@/shared/api/types';
import { SelectField, Tick } from '@/shared/ui/fields';
import { DRAFTS, PLANS, type Drafts, type Plans } from '../book-wish';

interface BesidesFieldsProps {
  readonly judges: JudgesRead | undefined;
  readonly plans: Plans;
  readonly onPlans: (plans: Plans) => void;
  readonly drafts: Drafts;
  readonly onDrafts: (drafts: Drafts) => void;
  readonly read: boolean;
  readonly onRead: (read: boolean) => void;
}

/** What may be paid for besides one plan of each chapter and one draft of each scene. Where more drafts would change nothing, that is said. */
export function BesidesFields(props: BesidesFieldsProps) {
  const { judges, plans, onPlans, drafts, onDrafts, read, onRead } = props;
  const { t } = useTranslation('runs');
  const decides = judges?.decides ?? false;
  const untried = judges?.models.find(({ trusted }) => !trusted.includes('choice'));
  const why = untried
    ? t('next.draftsUntried', { model: untried.model })
    : judges && !decides
      ? t('next.draftsNobody')
      : null;
  return (
    <div className="flex flex-col gap-3">
      <SelectField
        label={t('next.plans')}
        hint={t('next.plansHint')}
        value={plans}
        options={PLANS.map((count) => ({
          value: count,
          label: t('next.plan', { count: Number(count) }),
        }))}
        onChange={onPlans}
      />
      <SelectField
        label={t('next.drafts')}
        hint={
          why ? (
            <>
              {why}{' '}
              {untried ? (
                <Link to="/settings/$section" params={{ section: 'models' }} className="underline">
                  {t('next.draftsTry')}
                </Link>
              ) : null}
            </>
          ) : (
            t('next.draftsHint')
          )
        }
        disabled={!decides}
        value={decides ? drafts : '1'}
        options={DRAFTS.map((count) => ({
          value: count,
          label: t('next.draft', { count: Number(count) }),
        }))}
        onChange={onDrafts}
      />
      <div>
        <Tick label={t('next.read')} checked={read} onChange={onRead} />
        <p className="text-meta text-ink-3">{t('next.readHint')}</p>
      </div>
    </div>
  );
}
