import middy from '@middy/core';
import type { Context, ScheduledEvent } from 'aws-lambda';
import type { Parts } from '../parts.ts';

/** The door of a function that an EventBridge schedule calls. A fault in one duty keeps none of the others from its turn. */
export function scheduleDoor(
  { log, meter }: Parts,
  duties: Record<string, () => Promise<number>>,
): (event: ScheduledEvent, context: Context) => Promise<void> {
  return middy<ScheduledEvent, void>().handler(async () => {
    const failures: unknown[] = [];
    for (const [duty, carryOut] of Object.entries(duties)) {
      try {
        meter.count(duty, await carryOut());
      } catch (error) {
        log.error('A duty of the tick failed', { duty, error });
        failures.push(error);
      }
    }
    meter.count('Ticks');
    meter.flush();
    if (failures.length > 0) throw new AggregateError(failures, 'The tick could not do all of its duties');
  });
}
