import type { ComponentChildren } from 'preact';
import { useEffect } from 'preact/hooks';

interface PageProps {
  /** Of the document too. */
  title: string;
  /** Beside the heading: badges. */
  beside?: ComponentChildren;
  /** One sentence below it. */
  lead?: ComponentChildren;
  /** Buttons, and what chooses the range. */
  actions?: ComponentChildren;
  children: ComponentChildren;
}

export function Page({ title, beside, lead, actions, children }: PageProps) {
  useEffect(() => {
    document.title = `${title} · Headroom`;
  }, [title]);
  return (
    <>
      <header class="page-header">
        <div>
          <h1>
            {title} {beside}
          </h1>
          {lead !== undefined && <p class="lead">{lead}</p>}
        </div>
        {actions !== undefined && <div class="actions">{actions}</div>}
      </header>
      {children}
    </>
  );
}
