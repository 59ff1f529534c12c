import type { AlarmNotification } from '../contracts/alerts.ts';
import type { Observation } from './lifecycle/observation.ts';

/** What a notification of a CloudWatch alarm says. INSUFFICIENT_DATA says nothing: what is open stays open. */
export function observationOf({ NewStateValue, NewStateReason, StateChangeTime }: AlarmNotification): Observation {
  const at = Date.parse(StateChangeTime);
  if (NewStateValue === 'OK') return { at, finds: 'gone', why: NewStateReason };
  if (NewStateValue === 'INSUFFICIENT_DATA') return { at, finds: 'between' };
  // CloudWatch tells of no severity. Whoever makes an alarm wants to be told.
  return { at, finds: 'firing', severity: 'high', reason: NewStateReason, shown: { evidence: [] } };
}
