import type { ComponentChildren } from 'preact';

/** There is nothing, and what to do about it. */
export const Empty = ({ title, children }: { title: string; children?: ComponentChildren }) => (
  <div class="empty">
    <p class="title">{title}</p>
    {children !== undefined && <div class="prose">{children}</div>}
  </div>
);
