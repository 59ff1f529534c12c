import { isoTime } from '../../platform/clock.ts';
import type { KeptAlert, SubjectState } from './subject.ts';

/**
 * Since when there is something of the subject's alert that nobody was told. What changes again before it was told does not
 * begin to wait anew, or an alert that flaps fast would never be told of.
 *
 * @param state before the change
 * @param alert after it
 * @param now epoch milliseconds
 */
export function untoldSince(
  { alert: before, announced, untoldSince }: SubjectState,
  alert: KeptAlert,
  now: number,
): string {
  const wasTold =
    before?.alertId !== alert.alertId ||
    (announced?.alertId === before.alertId &&
      announced.status === before.status &&
      announced.severity === before.severity);
  return wasTold ? isoTime(now) : untoldSince;
}
