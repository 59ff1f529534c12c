import type { ComponentChildren } from 'preact';
import { unmeasured } from '../../pages/units.ts';

export interface Stat {
  label: string;
  /** With its unit; undefined: not measured. */
  value: ComponentChildren | undefined;
  /** A second line, smaller. */
  note?: ComponentChildren;
  tone?: 'good' | 'doubtful' | 'bad' | undefined;
}

/** Figures beside each other, each below its name. */
export const Stats = ({ of }: { of: readonly Stat[] }) => (
  <dl class="stats">
    {of.map(({ label, value, note, tone = '' }) => (
      <div key={label}>
        <dt>{label}</dt>
        <dd class={tone}>
          {value ?? <span class="none">{unmeasured}</span>}
          {note !== undefined && <small>{note}</small>}
        </dd>
      </div>
    ))}
  </dl>
);
