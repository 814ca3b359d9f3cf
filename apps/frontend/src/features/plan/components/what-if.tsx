import { Link } from '@tanstack/react-router';
import { useEffect, useState } from 'react';
import { useTranslation } from 'react-i18next';
import { AreaField } from '@/shared/ui/fields';
import { FormDialog } from '@/shared/ui/form-dialog';
import { toast } from '@/shared/ui/toast';
import { useWhatIf } from '../branch-queries';

interface WhatIfProps {
  readonly novel: string;
  readonly language: string;
  readonly scene: string;
  readonly title: string;
  readonly onClose: () => void;
}

/** One thing that might be otherwise from a card on; the plan stays, a branch is made beside it. */
export function WhatIf({ novel, language, scene, title, onClose }: WhatIfProps) {
  const { t } = useTranslation('branches');
  const [premise, setPremise] = useState('');
  const asked = useWhatIf(novel);
  const { run } = asked;
  const done = run?.state === 'completed';
  useEffect(() => {
    if (!done) return;
    toast(t('made'));
    onClose();
  }, [done, onClose, t]);
  const held = run?.state === 'waiting' || run?.state === 'paused';
  return (
    <FormDialog
      title={t('ask', { title })}
      description={t('askText')}
      submit={asked.busy ? t('busy') : t('go')}
      ready={premise.trim().length > 2}
      pending={asked.busy}
      error={asked.error}
      onSubmit={() => asked.go({ from_card: scene, premise: premise.trim() })}
      onClose={onClose}
    >
      <AreaField
        label={t('premise')}
        autoFocus
        rows={2}
        maxLength={1000}
        lang={language}
        value={premise}
        onChange={setPremise}
      />
      {held ? (
        <p role="status" className="text-meta text-doubt">
          <Link
            to="/n/$novel/runs/{-$run}"
            params={{ novel, run: run.id }}
            className="underline underline-offset-4"
          >
            {t('held')}
          </Link>
        </p>
      ) : null}
    </FormDialog>
  );
}
