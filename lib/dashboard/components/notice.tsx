import type { ComponentChildren } from 'preact';

interface NoticeProps {
  tone: 'plain' | 'good' | 'doubtful' | 'bad';
  title: ComponentChildren;
  children?: ComponentChildren;
}

/** What must be known before what stands below it is read. */
export const Notice = ({ tone, title, children }: NoticeProps) => (
  <div class={`notice ${tone}`}>
    <p class="title">{title}</p>
    {children}
  </div>
);
