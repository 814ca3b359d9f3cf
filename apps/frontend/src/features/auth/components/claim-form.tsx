import { useTranslation } from 'react-i18next';
import { localeOf } from '@/shared/i18n/use-locale';
import { toast } from '@/shared/ui/toast';
import { useClaim } from '../mutations';
import { AccountForm } from './account-form';

/** A guest becomes a member: name and password are added, the books stay where they are. */
export function ClaimForm() {
  const { t, i18n } = useTranslation('auth');
  const claim = useClaim(localeOf(i18n.language));
  return (
    <div className="max-w-sm">
      <AccountForm
        submitLabel={t('claim.submit')}
        workingLabel={t('claim.working')}
        pending={claim.isPending}
        error={claim.error}
        onSubmit={(values) => claim.mutate(values, { onSuccess: () => toast(t('claim.done')) })}
      />
    </div>
  );
}
