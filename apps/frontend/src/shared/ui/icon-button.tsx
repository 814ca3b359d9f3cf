import type { LucideIcon } from 'lucide-react';
import type { ComponentProps } from 'react';
import { Button } from './button';
import { Tooltip } from './tooltip';

interface IconButtonProps extends Omit<ComponentProps<typeof Button>, 'children' | 'asChild'> {
  icon: LucideIcon;
  /** Spoken name, shown on hover and focus. */
  label: string;
}

export function IconButton({ icon: Icon, label, variant = 'quiet', ...rest }: IconButtonProps) {
  return (
    <Tooltip text={label}>
      <Button variant={variant} size="small" aria-label={label} {...rest}>
        <Icon size={16} strokeWidth={1.75} aria-hidden />
      </Button>
    </Tooltip>
  );
}
