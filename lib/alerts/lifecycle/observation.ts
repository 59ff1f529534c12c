import type { AlertSeverity } from '../../contracts/alerts.ts';
import type { KeptAlert } from './subject.ts';

/** What an alert shows of what was seen. */
export type Shown = Pick<KeptAlert, 'value' | 'threshold' | 'ratio' | 'unit' | 'window' | 'analysis'> & {
  evidence: KeptAlert['evidence'];
};

/** Why an alert is to be open. */
export interface Finding {
  severity: AlertSeverity;
  reason: string;
  shown: Shown;
}

/** What somebody who looked at a subject has seen. `at` in epoch milliseconds: of which time it tells, not when it was told. */
export type Observation = { at: number } & (
  | ({ finds: 'firing' } & Finding)
  /** Neither bad enough to open an alert, nor good enough to close one. */
  | { finds: 'between'; shown?: Partial<Shown> }
  | { finds: 'gone'; why: string; shown?: Partial<Shown> }
);
