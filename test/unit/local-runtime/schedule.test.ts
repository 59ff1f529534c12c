import type { ScheduledEvent } from 'aws-lambda';
import { afterEach, describe, expect, it } from 'vitest';
import type { InvocationResult } from '../../../lib/local/lambda/hosted-instance.ts';
import { type Schedule, type ScheduleTime, startSchedule } from '../../../lib/local/sources/schedule.ts';

const noon = Date.UTC(2026, 0, 31, 12, 0, 0);

/** Time that passes only when the test says so. */
class ManualTime implements ScheduleTime {
  current: number;
  readonly waits: number[] = [];
  #waiting: { at: number; resolve: () => void } | undefined;
  #announce: () => void = () => {};

  constructor(start: number) {
    this.current = start;
  }

  now = (): number => this.current;

  wait = (milliseconds: number, signal: AbortSignal): Promise<void> =>
    new Promise((resolve, reject) => {
      if (signal.aborted) return reject(signal.reason);
      signal.addEventListener('abort', () => reject(signal.reason), { once: true });
      this.waits.push(milliseconds);
      this.#waiting = { at: this.current + milliseconds, resolve };
      this.#announce();
    });

  /** Resolves when somebody waits. */
  async idle(): Promise<void> {
    if (this.#waiting === undefined) await new Promise<void>((resolve) => (this.#announce = resolve));
  }

  /** Lets the one who waits go on, `lateMs` after the time that it asked for. */
  async advance(lateMs = 0): Promise<void> {
    await this.idle();
    const waiting = this.#waiting;
    this.#waiting = undefined;
    this.current = (waiting?.at ?? this.current) + lateMs;
    waiting?.resolve();
  }
}

const schedules: Schedule[] = [];
afterEach(() => Promise.all(schedules.splice(0).map((schedule) => schedule.stop(0))));

function tick(time: ManualTime, invoke?: (event: ScheduledEvent) => Promise<InvocationResult>) {
  const events: ScheduledEvent[] = [];
  const lines: string[] = [];
  const schedule = startSchedule({
    functionName: 'tick',
    everyMinutes: 1,
    firstAfterMs: 500,
    time,
    log: (line) => lines.push(line),
    invoke: async (event) => {
      events.push(event);
      return (await invoke?.(event)) ?? { ok: true, payload: null };
    },
  });
  schedules.push(schedule);
  return { events, lines, schedule };
}

describe('a schedule', () => {
  it('comes soon after the start and then on each minute', async () => {
    const time = new ManualTime(noon + 20_000);
    const { events } = tick(time);
    for (let count = 0; count < 3; count += 1) await time.advance();
    await time.idle();
    expect(events.map((event) => event.time)).toEqual([
      '2026-01-31T12:00:20Z',
      '2026-01-31T12:01:00Z',
      '2026-01-31T12:02:00Z',
    ]);
    expect(events[1]).toEqual({
      version: '0',
      id: expect.stringMatching(/^[0-9a-f-]{36}$/),
      'detail-type': 'Scheduled Event',
      source: 'aws.events',
      account: '000000000000',
      time: '2026-01-31T12:01:00Z',
      region: 'us-east-1',
      resources: ['arn:aws:events:us-east-1:000000000000:rule/tick'],
      detail: {},
    });
  });

  it('does not make up for minutes that passed while it worked or the machine slept', async () => {
    const time = new ManualTime(noon);
    const { events } = tick(time, async () => {
      time.current += 3.5 * 60_000;
      return { ok: true, payload: null };
    });
    await time.advance();
    await time.advance(60 * 60_000);
    await time.idle();
    expect(events).toHaveLength(2);
    expect(time.waits.at(-1)).toBeLessThanOrEqual(60_000);
  });

  it('does not come twice in a minute when a timer is early', async () => {
    const time = new ManualTime(noon);
    const { events } = tick(time);
    await time.advance();
    await time.advance(-3);
    await time.advance();
    await time.idle();
    expect(events.map((event) => event.time).slice(1)).toEqual(['2026-01-31T12:01:00Z', '2026-01-31T12:02:00Z']);
  });

  it('goes on after a failure, and says it', async () => {
    const time = new ManualTime(noon);
    const { events, lines } = tick(time, async () => ({ ok: false, errorType: 'Error', errorMessage: 'why' }));
    await time.advance();
    await time.advance();
    await time.idle();
    expect(events).toHaveLength(2);
    expect(lines).toEqual(['tick: Error: why', 'tick: Error: why']);
  });

  it('waits for its function when it is stopped', async () => {
    const time = new ManualTime(noon);
    const { promise: finish, resolve } = Promise.withResolvers<InvocationResult>();
    const { promise: begun, resolve: begin } = Promise.withResolvers<void>();
    const { schedule, events } = tick(time, () => {
      begin();
      return finish;
    });
    await time.advance();
    await begun;
    let stopped = false;
    const stopping = schedule.stop(60_000).then(() => {
      stopped = true;
    });
    await new Promise((resolve_) => setImmediate(resolve_));
    expect(stopped).toBe(false);
    resolve({ ok: true, payload: null });
    await stopping;
    expect(events).toHaveLength(1);
  });
});
