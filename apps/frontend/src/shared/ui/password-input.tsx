import { type ComponentProps, useState } from 'react';
import { useTranslation } from 'react-i18next';
import { controlLook } from './field';
import { classNames } from './class-names';

/** A password field that can be shown; paste and password managers work. */
export function PasswordInput({ className, ...rest }: Omit<ComponentProps<'input'>, 'type'>) {
  const [shown, setShown] = useState(false);
  const { t } = useTranslation();
  return (
    <div className="relative">
      <input
        type={shown ? 'text' : 'password'}
        autoCapitalize="off"
        spellCheck={false}
        className={classNames(controlLook, 'pe-16', className)}
        {...rest}
      />
      <button
        type="button"
        aria-pressed={shown}
        aria-label={shown ? t('password.hideLabel') : t('password.showLabel')}
        onClick={() => setShown(!shown)}
        className="target text-meta text-ink-2 hover:text-ink absolute inset-y-0 end-0 rounded px-3"
      >
        {shown ? t('password.hide') : t('password.show')}
      </button>
    </div>
  );
}
