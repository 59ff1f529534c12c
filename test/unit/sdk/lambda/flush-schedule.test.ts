import { describe, expect, it } from 'vitest';
import { FlushSchedule } from '../../../../lib/sdk/telemetry/lambda/flush-schedule.ts';

describe('the schedule by which a function sends', () => {
  it('sends the first time at once, and then no more often than it may', () => {
    const schedule = new FlushSchedule(10_000);
    expect(schedule.isDue(5_000)).toBe(true);
    schedule.sent(5_000, true);
    expect([schedule.isDue(14_999), schedule.isDue(15_000)]).toEqual([false, true]);
  });

  it('tries less and less often while nothing is taken, down to once a minute', () => {
    const schedule = new FlushSchedule(10_000);
    const pauses = Array.from({ length: 5 }, () => {
      schedule.sent(0, false);
      let pause = 0;
      while (!schedule.isDue(pause)) pause += 1_000;
      return pause;
    });
    expect(pauses).toEqual([20_000, 40_000, 60_000, 60_000, 60_000]);
    schedule.sent(0, true);
    expect(schedule.isDue(10_000)).toBe(true);
  });

  it('keeps to a pause that is longer than a minute anyway, and waits for no clock that was put back', () => {
    const schedule = new FlushSchedule(90_000);
    schedule.sent(100_000, false);
    expect([schedule.isDue(189_999), schedule.isDue(190_000), schedule.isDue(99_999)]).toEqual([false, true, true]);
  });
});
