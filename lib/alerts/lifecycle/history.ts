import type { AlertEvent } from '../../contracts/alerts.ts';
import type { KeptAlert } from './subject.ts';

/** Of an alert that flaps for days, the beginning and the end are worth keeping. */
const kept = 50;

export function withEvent(alert: KeptAlert, event: AlertEvent): KeptAlert {
  const [first, ...rest] = [...alert.history, event];
  const history = first === undefined ? [] : [first, ...rest.slice(1 - kept)];
  return { ...alert, history };
}
