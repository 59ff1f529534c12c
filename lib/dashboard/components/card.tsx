import type { ComponentChildren } from 'preact';
import { useId } from 'preact/hooks';

interface CardProps {
  title: string;
  /** Beside the title: what narrows it down. */
  actions?: ComponentChildren;
  children: ComponentChildren;
}

/** A part of a page, with its heading. */
export function Card({ title, actions, children }: CardProps) {
  const heading = useId();
  return (
    <section class="card" aria-labelledby={heading}>
      <header>
        <h2 id={heading}>{title}</h2>
        {actions !== undefined && <div class="actions">{actions}</div>}
      </header>
      {children}
    </section>
  );
}
