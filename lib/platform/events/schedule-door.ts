import middy from '@middy/core';
import type { Context, ScheduledEvent } from 'aws-lambda';
import type { Parts } from '../parts.ts';

/**
 * The door of a function that an EventBridge schedule calls. A fault in one duty keeps none of the others from its turn.
 * @param duties each answers how much it did. Nothing is not counted: a metric costs from its first value in a month on,
 * and most turns find nothing to do.
 */
export function scheduleDoor(
  { log, meter }: Parts,
  duties: Record<string, () => Promise<number>>,
): (event: ScheduledEvent, context: Context) => Promise<void> {
  return middy<ScheduledEvent, void>().handler(async () => {
    const failures: unknown[] = [];
    for (const [duty, carryOut] of Object.entries(duties)) {
      try {
        const done = await carryOut();
        if (done > 0) meter.count(duty, done);
      } catch (error) {
        log.error('A duty of the tick failed', { duty, error });
        failures.push(error);
      }
    }
    meter.flush();
    if (failures.length > 0) throw new AggregateError(failures, 'The tick could not do all of its duties');
  });
}
