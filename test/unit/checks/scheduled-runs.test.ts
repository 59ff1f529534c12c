import { beforeEach, describe, expect, it } from 'vitest';
import { checkItem, type StoredPipeline } from '../../../lib/checks/model.ts';
import { PipelineController } from '../../../lib/checks/pipeline/controller.ts';
import { OpenRuns } from '../../../lib/checks/pipeline/open-runs.ts';
import type { PipelineSteps, TakeStep } from '../../../lib/checks/pipeline/step.ts';
import { ScheduleService } from '../../../lib/checks/schedules/service.ts';
import { ScheduleTick } from '../../../lib/checks/schedules/tick.ts';
import type { Outgoing } from '../../../lib/contracts/messages.ts';
import { scheduleRequest } from '../../../lib/contracts/schedules.ts';
import { DomainError } from '../../../lib/platform/errors.ts';
import { keys } from '../../../lib/platform/table/keys.ts';
import { countedIds, quietLog } from '../../support/history-table.ts';
import { Crash, MemoryTable } from '../../support/memory-table.ts';

const minuteMs = 60_000;
const dayMs = 24 * 60 * minuteMs;

let time: { now: number };
let sent: Outgoing[];
let memory: MemoryTable;
let schedules: ScheduleService;
let tick: ScheduleTick;
let controller: PipelineController;
let taken: string[];
/** What the alerts were told. */
let told: string[];

/** Steps that pass at once, and say that they were taken. */
const passing =
  (name: string): TakeStep =>
  async ({ checkId }) => {
    taken.push(`${checkId} ${name}`);
    return { status: 'completed', detail: name };
  };

const steps = (changes: Partial<PipelineSteps> = {}): PipelineSteps => ({
  analysis: passing('analysis'),
  optimization: passing('optimization'),
  'cache-maintenance': passing('cache-maintenance'),
  'load-test': passing('load-test'),
  'change-points': passing('change-points'),
  alerts: passing('alerts'),
  report: passing('report'),
  ...changes,
});

function begin(at: string, changes: Partial<PipelineSteps> = {}): void {
  time = { now: Date.parse(at) };
  sent = [];
  taken = [];
  told = [];
  const clock = () => time.now;
  memory = new MemoryTable(clock, (messages) => void sent.push(...messages));
  const table = memory.asTable();
  const send = async (messages: readonly Outgoing[]) => void sent.push(...messages);
  const parts = { table, clock, ids: countedIds(), log: quietLog, send };
  schedules = new ScheduleService(parts, { require: async () => ({}) as never });
  tick = new ScheduleTick(parts);
  controller = new PipelineController(parts, steps(changes), {
    takeCheck: async ({ status, subject, isTested }) => void told.push(`${subject} ${status} ${isTested}`),
  });
}

beforeEach(() => begin('2026-01-01T00:00:00Z'));

const put = (...entries: object[]) => schedules.put('shop', scheduleRequest.parse({ entries }));
const entry = (id: string, cron: string, timeZone: string, more: object = {}) => ({
  id,
  kind: 'daily',
  cron,
  timeZone,
  enabled: true,
  ...more,
});

async function runs(): Promise<StoredPipeline[]> {
  const found: StoredPipeline[] = [];
  for await (const { value } of memory.asTable().all(checkItem, keys.checks('shop'))) {
    if (value.kind === 'pipeline') found.push(value);
  }
  return found;
}

/** Delivers all messages until there are none. */
async function deliver(): Promise<void> {
  for (let message = sent.shift(); message !== undefined; message = sent.shift()) {
    if (message.queue === 'checks' && message.body.type === 'pipeline.advance') await controller.advance(message.body);
  }
}

const timesOf = (found: readonly StoredPipeline[], id: string) =>
  found.flatMap(({ scheduledBy }) => (scheduledBy?.scheduleId === id ? [scheduledBy] : []));

describe('a year of schedules', () => {
  it('has every daily and weekly run once, with all of its steps, in two zones', async () => {
    await put(
      entry('berlin', '30 2 * * *', 'Europe/Berlin'),
      entry('new-york', '30 1 * * *', 'America/New_York'),
      entry('weekly', '0 3 * * 0', 'Europe/Berlin', { kind: 'weekly' }),
    );
    const end = Date.parse('2027-01-01T00:00:00Z');
    for (; time.now < end; time.now += 30 * minuteMs) {
      if ((await tick.startDue()) > 0) await deliver();
    }
    const found = await runs();
    const berlin = timesOf(found, 'berlin');
    const newYork = timesOf(found, 'new-york');
    expect([berlin.length, newYork.length, timesOf(found, 'weekly').length]).toEqual([365, 365, 52]);
    expect(new Set(berlin.map(({ scheduledFor }) => scheduledFor.slice(0, 10))).size).toBe(365);
    expect(found.every(({ status, scheduledBy }) => status === 'passed' && scheduledBy?.missed === 0)).toBe(true);
    expect(berlin.flatMap(({ scheduledFor, note }) => (note === undefined ? [] : [scheduledFor]))).toEqual([
      '2026-03-29T01:00:00.000Z',
      '2026-10-25T00:30:00.000Z',
    ]);
    expect(newYork.flatMap(({ scheduledFor, note }) => (note === undefined ? [] : [scheduledFor]))).toEqual([
      '2026-11-01T05:30:00.000Z',
    ]);
    expect(taken).toHaveLength(found.length * 7);
    expect(new Set(taken).size).toBe(taken.length);
  }, 30_000);
});

describe('a run of the pipeline', () => {
  const run = async (settings: object = {}) => {
    await put(entry('nightly', '0 2 * * *', 'UTC', { settings }));
    time.now += 3 * 60 * minuteMs;
    await tick.startDue();
    await deliver();
    return (await runs())[0];
  };

  it('tells the alerts how it ends, whether it has a step for it or not', async () => {
    await run({ steps: ['load-test', 'report'] });
    expect(told).toEqual(['nightly passed true']);
    begin('2026-01-01T00:00:00Z', { report: async () => ({ status: 'failed', detail: 'No.' }) });
    await run({ steps: ['alerts', 'report'] });
    expect(told).toEqual(['nightly failed false']);
  });

  it('that is not over in time fails at its step, skips the others, and is told of', async () => {
    begin('2026-01-01T00:00:00Z', {
      analysis: async () => {
        time.now += dayMs;
        return { status: 'running', detail: String(time.now) };
      },
    });
    const found = await run({ steps: ['analysis', 'load-test', 'alerts'] });
    expect(found?.steps.map(({ status }) => status)).toEqual(['failed', 'skipped', 'skipped']);
    expect([found?.status, taken, told]).toEqual(['failed', [], ['nightly failed false']]);
  });

  it('leaves what is not available now to be tried again', async () => {
    const steps = { analysis: () => Promise.reject(new DomainError('unavailable', 'Not now.')) };
    begin('2026-01-01T00:00:00Z', steps);
    await expect(run()).rejects.toThrow('Not now.');
    expect((await runs())[0]?.status).toBe('queued');
  });
});

describe('a run that nobody leads', () => {
  it('is sent on after ten minutes, and looked after until it is over', async () => {
    await put(entry('nightly', '0 2 * * *', 'UTC'));
    time.now += 2 * 60 * minuteMs;
    await tick.startDue();
    // As when the process that had the message ends for good, and the message becomes a dead letter.
    sent = [];
    const open = new OpenRuns({ table: memory.asTable(), clock: () => time.now });
    const wake = () => open.wake({ send: async (messages) => void sent.push(...messages) });
    time.now += 9 * minuteMs;
    expect(await wake()).toBe(0);
    time.now += minuteMs;
    expect(await wake()).toBe(1);
    expect(await wake()).toBe(0);
    await deliver();
    expect((await runs())[0]?.status).toBe('passed');
    time.now += 60 * minuteMs;
    expect(await wake()).toBe(0);
  });

  it('is not one whose load test is waited for', async () => {
    begin('2026-01-01T00:00:00Z', { analysis: async () => ({ status: 'running' }) });
    await put(entry('nightly', '0 2 * * *', 'UTC'));
    time.now += 2 * 60 * minuteMs;
    await tick.startDue();
    const open = new OpenRuns({ table: memory.asTable(), clock: () => time.now });
    for (let minute = 0; minute < 30; minute++) {
      const message = sent.shift();
      if (message?.queue === 'checks' && message.body.type === 'pipeline.advance')
        await controller.advance(message.body);
      expect(await open.wake({ send: async () => {} })).toBe(0);
      time.now += minuteMs;
    }
  });
});

describe('the tick', () => {
  it('catches up what was missed by one run, and says how many it stands for', async () => {
    await put(entry('daily', '0 2 * * *', 'UTC'));
    time.now += 4 * dayMs;
    await tick.startDue();
    expect(timesOf(await runs(), 'daily')).toEqual([
      { scheduleId: 'daily', scheduledFor: '2026-01-04T02:00:00.000Z', missed: 3 },
    ]);
  });

  it('says of a run that is due while the one before goes on that it was skipped', async () => {
    begin('2026-01-01T00:00:00Z', { analysis: async () => ({ status: 'running' }) });
    await put(entry('often', '0 * * * *', 'UTC'));
    for (let hour = 0; hour < 3; hour++) {
      time.now += 60 * minuteMs;
      await tick.startDue();
      const message = sent.shift();
      if (message?.queue === 'checks' && message.body.type === 'pipeline.advance')
        await controller.advance(message.body);
    }
    const [first, ...others] = await runs();
    expect(first?.status).toBe('running');
    expect(others.map(({ status, reason }) => [status, reason])).toEqual([
      ['skipped', `overlapping: the run ${first?.checkId} still went on`],
      ['skipped', `overlapping: the run ${first?.checkId} still went on`],
    ]);
  });

  it('knows what still goes on when the times of its entry were changed meanwhile', async () => {
    begin('2026-01-01T00:00:00Z', { analysis: async () => ({ status: 'running' }) });
    await put(entry('often', '0 * * * *', 'UTC'));
    time.now += 60 * minuteMs;
    await tick.startDue();
    await put(entry('often', '30 * * * *', 'UTC'));
    time.now += 30 * minuteMs;
    await tick.startDue();
    expect((await runs()).map(({ status }) => status)).toEqual(['queued', 'skipped']);
  });

  it('starts nothing that is disabled, removed, or was due by other times', async () => {
    await put(entry('a', '0 2 * * *', 'UTC'), entry('b', '0 2 * * *', 'UTC'), entry('c', '0 2 * * *', 'UTC'));
    await put(entry('a', '0 2 * * *', 'UTC', { enabled: false }), entry('c', '0 5 * * *', 'UTC'));
    time.now += 4 * 60 * minuteMs;
    await tick.startDue();
    expect(await runs()).toEqual([]);
    time.now += 60 * minuteMs;
    await tick.startDue();
    expect(timesOf(await runs(), 'c')).toHaveLength(1);
  });

  it('makes one run of a time, however many ticks there are at once', async () => {
    await put(entry('daily', '0 2 * * *', 'UTC'));
    time.now += 3 * 60 * minuteMs;
    await Promise.all([tick.startDue(), tick.startDue(), tick.startDue()]);
    await Promise.all([tick.startDue(), tick.startDue()]);
    expect(await runs()).toHaveLength(1);
    time.now += dayMs;
    await tick.startDue();
    expect(timesOf(await runs(), 'daily').map(({ missed }) => missed)).toEqual([0, 0]);
  });

  it('counts nothing as missed that it had claimed, when it ends and is back a day later', async () => {
    for (let crashAt = 0, crashed = true; crashed; crashAt++) {
      begin('2026-01-01T00:00:00Z');
      await put(entry('daily', '0 2 * * *', 'UTC'));
      time.now += 3 * 60 * minuteMs;
      memory.crashAt = memory.steps + crashAt;
      await tick.startDue().catch(() => {});
      crashed = memory.steps > memory.crashAt;
      memory.crashAt = undefined;
      time.now += dayMs;
      await tick.startDue();
      await tick.startDue();
      const found = timesOf(await runs(), 'daily');
      expect(found.at(-1)?.scheduledFor).toBe('2026-01-02T02:00:00.000Z');
      expect(found.length + found.reduce((sum, { missed }) => sum + missed, 0)).toBe(2);
    }
  });

  it('leaves each run once wherever it or the controller ends', async () => {
    for (let crashAt = 0, crashed = true; crashed; crashAt++) {
      begin('2026-01-01T00:00:00Z');
      await put(entry('daily', '0 2 * * *', 'UTC', { settings: { steps: ['analysis', 'report'] } }));
      time.now += 3 * 60 * minuteMs;
      memory.crashAt = memory.steps + crashAt;
      crashed = await tick
        .startDue()
        .then(deliver)
        .then(() => memory.steps > (memory.crashAt ?? 0))
        .catch((error: unknown) => {
          if (!(error instanceof Crash)) throw error;
          return true;
        });
      memory.crashAt = undefined;
      // The next minutes: what is due still, and what writers left to be sent.
      for (let minute = 0; minute < 2; minute++) {
        time.now += minuteMs;
        await tick.startDue();
        memory.relayDue();
        for (const run of await runs())
          sent.push({ queue: 'checks', body: { type: 'pipeline.advance', ...idOf(run) } });
        await deliver();
      }
      time.now += dayMs;
      await tick.startDue();
      memory.relayDue();
      await deliver();
      const found = await runs();
      expect(found.map(({ status, scheduledBy }) => [status, scheduledBy?.scheduledFor])).toEqual([
        ['passed', '2026-01-01T02:00:00.000Z'],
        ['passed', '2026-01-02T02:00:00.000Z'],
      ]);
    }
  });
});

/** A message that was taken and not handled comes again. */
const idOf = ({ project, checkId, turn }: StoredPipeline) => ({ project, checkId, turn });
