import { ArrowDown, ArrowUp, X } from 'lucide-react';
import { useTranslation } from 'react-i18next';
import { IconButton } from '@/shared/ui/icon-button';
import { Select } from '@/shared/ui/select';
import { type ModelChoice, type Role, choiceKey, moved, withFurther } from '../model';

interface RoleOrderProps {
  role: Role;
  choices: readonly ModelChoice[];
  options: readonly { value: string; label: string }[];
  disabled: boolean;
  onChange: (choices: readonly ModelChoice[]) => void;
}

const NONE = '';

/** The models of one role in the order they are asked: the first answers, the next when it fails. */
export function RoleOrder({ role, choices, options, disabled, onChange }: RoleOrderProps) {
  const { t } = useTranslation(['models', 'common']);
  const name = t(`common:agents.${role}`);
  const label = (choice: ModelChoice) =>
    options.find((option) => option.value === choiceKey(choice))?.label ?? choice.model;
  const left = options.filter(
    (option) => !choices.some((choice) => choiceKey(choice) === option.value),
  );
  return (
    <div role="group" aria-label={name} className="border-line border-t py-3">
      <p className="text-ui font-medium">{name}</p>
      <ol className="mt-1">
        {choices.map((choice, at) => {
          const model = label(choice);
          return (
            <li key={choiceKey(choice)} className="text-ui flex items-center gap-2">
              <span className="text-ink-3 text-meta w-6 tabular-nums">{at + 1}</span>
              <span className="grow break-words">{model}</span>
              <IconButton
                icon={ArrowUp}
                label={t('roles.up', { model })}
                disabled={disabled || at === 0}
                onClick={() => onChange(moved(choices, at, -1))}
              />
              <IconButton
                icon={ArrowDown}
                label={t('roles.down', { model })}
                disabled={disabled || at === choices.length - 1}
                onClick={() => onChange(moved(choices, at, 1))}
              />
              <IconButton
                icon={X}
                label={t('roles.remove', { model })}
                disabled={disabled || choices.length === 1}
                onClick={() => onChange(choices.filter((_, index) => index !== at))}
              />
            </li>
          );
        })}
      </ol>
      {left.length > 0 ? (
        <Select
          className="mt-1 max-w-sm"
          aria-label={t('roles.addTo', { role: name })}
          value={NONE}
          options={[{ value: NONE, label: t('roles.add') }, ...left]}
          onValueChange={(key) => (key === NONE ? null : onChange(withFurther(choices, key)))}
          disabled={disabled}
        />
      ) : null}
    </div>
  );
}
