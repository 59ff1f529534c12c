import type { ComponentChildren } from 'preact';
import { Icon, type IconName } from './icon.tsx';

interface ButtonProps {
  /** `primary`: what the page is for, at most one in a view; `quiet`: without a border. Default: `plain`. */
  tone?: 'primary' | 'plain' | 'danger' | 'quiet';
  type?: 'button' | 'submit';
  icon?: IconName;
  /** Said aloud where an icon stands alone. */
  label?: string;
  /** While it is at work it cannot be pressed again. */
  isPending?: boolean;
  /** Why it cannot be pressed; undefined: it can. */
  disabledBecause?: string | undefined;
  onClick?: () => unknown;
  children?: ComponentChildren;
}

export function Button({
  tone = 'plain',
  type = 'button',
  icon,
  label,
  isPending = false,
  disabledBecause,
  onClick,
  children,
}: ButtonProps) {
  const isOff = isPending || disabledBecause !== undefined;
  return (
    <button
      class={`button ${tone}${children === undefined ? ' alone' : ''}`}
      type={type}
      aria-label={label}
      aria-busy={isPending}
      // It stays in the order of the keyboard, and says why it is off.
      aria-disabled={isOff}
      title={disabledBecause ?? label}
      onClick={(event) => {
        if (isOff) event.preventDefault();
        else onClick?.();
      }}
    >
      {icon !== undefined && <Icon name={icon} />}
      {children !== undefined && <span>{children}</span>}
    </button>
  );
}
