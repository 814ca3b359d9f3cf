import { type VariantProps, cva } from 'class-variance-authority';
import { Slot } from 'radix-ui';
import type { ButtonHTMLAttributes, ReactNode, Ref } from 'react';
import { classNames } from './class-names';

const look = cva(
  'target inline-flex items-center justify-center gap-2 rounded font-medium text-ui whitespace-nowrap transition-colors duration-120 disabled:text-ink-3 disabled:cursor-default',
  {
    variants: {
      variant: {
        primary:
          'bg-ink text-paper hover:bg-ink-2 disabled:bg-line disabled:text-ink-2 disabled:hover:bg-line',
        outline: 'border border-line-2 text-ink hover:bg-line/50 disabled:border-line',
        quiet: 'text-ink-2 hover:text-ink hover:bg-line/60 disabled:hover:bg-transparent',
        link: 'text-ink underline decoration-line-2 underline-offset-4 hover:decoration-ink rounded-none font-normal',
        danger: 'border border-del text-del hover:bg-del-wash',
      },
      size: { normal: 'px-3 py-2', small: 'px-2 py-1', large: 'px-4 py-2.5', bare: 'p-0' },
    },
    defaultVariants: { variant: 'outline', size: 'normal' },
  },
);

interface ButtonProps extends ButtonHTMLAttributes<HTMLButtonElement>, VariantProps<typeof look> {
  ref?: Ref<HTMLButtonElement>;
  /** Renders the only child (a link) with the look of a button. */
  asChild?: boolean;
  children: ReactNode;
}

export function Button({
  variant,
  size,
  asChild,
  className,
  type = 'button',
  ref,
  ...rest
}: ButtonProps) {
  const actualSize = size ?? (variant === 'link' ? 'bare' : 'normal');
  const shared = { ref, className: classNames(look({ variant, size: actualSize }), className) };
  return asChild ? (
    <Slot.Root {...shared} {...rest} />
  ) : (
    <button type={type} {...shared} {...rest} />
  );
}
