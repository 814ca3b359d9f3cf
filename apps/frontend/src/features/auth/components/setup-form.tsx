import { useTranslation } from 'react-i18next';
import { localeOf } from '@/shared/i18n/use-locale';
import { Button } from '@/shared/ui/button';
import { ProblemNote } from '@/shared/ui/problem-note';
import { useGuest, useSetup } from '../mutations';
import { AccountForm } from './account-form';

interface SetupFormProps {
  needsCode: boolean;
  guestAllowed: boolean;
  onDone: () => void;
}

export function SetupForm({ needsCode, guestAllowed, onDone }: SetupFormProps) {
  const { t, i18n } = useTranslation('auth');
  const setup = useSetup(localeOf(i18n.language));
  const guest = useGuest(localeOf(i18n.language));
  return (
    <AccountForm
      needsCode={needsCode}
      submitLabel={t('setup.submit')}
      workingLabel={t('setup.working')}
      pending={setup.isPending || guest.isPending}
      error={setup.error}
      onSubmit={(values) => setup.mutate(values, { onSuccess: onDone })}
    >
      {guest.error ? <ProblemNote error={guest.error} /> : null}
      {guestAllowed ? (
        <Button
          variant="link"
          disabled={setup.isPending || guest.isPending}
          onClick={() => guest.mutate(undefined, { onSuccess: onDone })}
        >
          {guest.isPending ? t('setup.guestWorking') : t('setup.guest')}
        </Button>
      ) : null}
    </AccountForm>
  );
}
