import { Check } from 'lucide-react';
import { DropdownMenu as Radix } from 'radix-ui';
import type { ReactNode } from 'react';
import { classNames } from './class-names';

interface MenuProps {
  trigger: ReactNode;
  children: ReactNode;
  align?: 'start' | 'center' | 'end';
}

export function Menu({ trigger, children, align = 'end' }: MenuProps) {
  return (
    <Radix.Root modal={false}>
      <Radix.Trigger asChild>{trigger}</Radix.Trigger>
      <Radix.Portal>
        <Radix.Content
          align={align}
          sideOffset={6}
          collisionPadding={8}
          className="bg-raised shadow-pop rounded-pop z-50 max-h-[70dvh] min-w-48 overflow-y-auto p-1"
        >
          {children}
        </Radix.Content>
      </Radix.Portal>
    </Radix.Root>
  );
}

const row =
  'target flex w-full cursor-pointer items-center gap-2 rounded px-2 py-1.5 text-ui outline-none data-[highlighted]:bg-line/60 data-[disabled]:cursor-default data-[disabled]:text-ink-3';

interface MenuItemProps {
  children: ReactNode;
  onSelect: () => void;
  keys?: string;
  danger?: boolean;
  disabled?: boolean;
}

export function MenuItem({ children, onSelect, keys, danger, disabled }: MenuItemProps) {
  return (
    <Radix.Item
      disabled={disabled}
      onSelect={onSelect}
      className={classNames(row, danger && 'text-del')}
    >
      <span className="grow">{children}</span>
      {keys ? <kbd className="text-small text-ink-3 font-sans">{keys}</kbd> : null}
    </Radix.Item>
  );
}

interface MenuChoiceProps<T extends string> {
  label: string;
  value: T;
  options: readonly { value: T; label: string }[];
  onChange: (value: T) => void;
}

export function MenuChoice<T extends string>({
  label,
  value,
  options,
  onChange,
}: MenuChoiceProps<T>) {
  return (
    <Radix.Group>
      <Radix.Label className="text-small text-ink-3 px-2 pt-2 pb-1">{label}</Radix.Label>
      <Radix.RadioGroup value={value} onValueChange={(next) => onChange(next as T)}>
        {options.map((option) => (
          <Radix.RadioItem key={option.value} value={option.value} className={row}>
            <span className="grow">{option.label}</span>
            <Radix.ItemIndicator>
              <Check size={14} aria-hidden />
            </Radix.ItemIndicator>
          </Radix.RadioItem>
        ))}
      </Radix.RadioGroup>
    </Radix.Group>
  );
}

export function MenuLine() {
  return <Radix.Separator className="bg-line my-1 h-px" />;
}
