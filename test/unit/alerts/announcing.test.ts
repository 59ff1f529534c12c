import { describe, expect, it } from 'vitest';
import type { AlertSubject, AlertType } from '../../../lib/contracts/alerts.ts';
import { AnnouncingRun } from './announcing-run.ts';

const second = 1000;
const minute = 60 * second;
const hour = 60 * minute;

const about = (subject: string, type: AlertType = 'slow-requests'): AlertSubject => ({
  type,
  subject,
  project: 'shop',
});

describe('A notification', () => {
  it('waits half a minute for what comes together', async () => {
    const run = new AnnouncingRun();
    await run.observe(about('a'), 'low');
    await run.pass(20 * second);
    await run.observe(about('b'), 'critical');
    await run.pass(9 * second);
    expect(await run.notifications()).toEqual([]);
    await run.pass(second);
    const [first] = await run.notifications();
    expect(first).toMatchObject({ project: 'shop', sequence: 1, severity: 'critical', remaining: 0 });
    expect(await run.told()).toEqual(['b critical open', 'a low open']);
  });

  it('comes at most every five minutes', async () => {
    const run = new AnnouncingRun();
    await run.observe(about('a'), 'low');
    await run.pass(minute);
    await run.observe(about('b'), 'low');
    await run.observe(about('a'), 'high');
    await run.pass(4 * minute);
    expect(await run.told()).toEqual(['a low open']);
    await run.pass(minute);
    expect(await run.told()).toEqual(['a low open', 'a high open', 'b low open']);
    const [first, next] = await run.notifications();
    expect(Date.parse(next?.createdAt ?? '') - Date.parse(first?.createdAt ?? '')).toBe(5 * minute);
  });

  it('says when an alert is over, and nothing of one that came and went before anybody was told', async () => {
    const run = new AnnouncingRun();
    await run.observe(about('long'), 'low');
    await run.observe(about('short'), 'low');
    await run.pass(10 * second);
    await run.observe(about('short'), 'gone');
    await run.pass(10 * minute);
    await run.observe(about('long'), 'gone');
    await run.pass(10 * minute);
    expect(await run.told()).toEqual(['long low open', 'long low resolved']);
  });

  it('says that an alert is over also when another has begun since', async () => {
    const run = new AnnouncingRun();
    await run.observe(about('a'), 'low');
    await run.pass(minute);
    const [open] = await run.alerts.open('shop');
    await run.alerts.act('resolve', open?.alertId ?? '', { by: 'Ada (1)' });
    await run.pass(second);
    await run.observe(about('a'), 'gone');
    await run.pass(second);
    await run.observe(about('a'), 'high');
    await run.pass(10 * minute);
    expect((await run.told()).toSorted()).toEqual(['a high open', 'a low open', 'a low resolved']);
    await run.pass(hour);
    expect(await run.told()).toHaveLength(3);
  });

  it('comes again every four hours while nobody looks after an alert', async () => {
    const run = new AnnouncingRun();
    await run.observe(about('a'), 'low');
    await run.pass(9 * hour);
    expect(await run.told()).toEqual(['a low open', 'a low open again', 'a low open again']);
    const [open] = await run.alerts.open('shop');
    await run.alerts.act('acknowledge', open?.alertId ?? '', { by: 'Ada (1)' });
    await run.pass(9 * hour);
    expect((await run.told()).slice(3)).toEqual(['a low acknowledged']);
  });

  it('leaves out what is silenced, until the silence ends', async () => {
    const run = new AnnouncingRun();
    const endsAt = new Date(run.now + hour).toISOString();
    await run.silences.create({ matchers: { subject: 'noisy*' }, endsAt, why: 'Known' }, 'Ada (1)');
    for (const subject of ['noisy-1', 'noisy-2', 'quiet']) await run.observe(about(subject), 'low');
    await run.pass(30 * minute);
    expect(await run.told()).toEqual(['quiet low open']);
    await run.observe(about('noisy-2'), 'gone');
    await run.pass(hour);
    expect(await run.told()).toEqual(['quiet low open', 'noisy-1 low open']);
  });

  it('leaves out what a target that is down explains, until that is up', async () => {
    const run = new AnnouncingRun();
    await run.observe(about('service', 'target-down'), 'critical');
    await run.observe(about('a'), 'low');
    await run.observe(about('memoryMb', 'high-memory'), 'low');
    await run.pass(10 * minute);
    expect(await run.told()).toEqual(['service critical open', 'memoryMb low open']);
    await run.observe(about('service', 'target-down'), 'gone');
    await run.pass(10 * minute);
    expect((await run.told()).slice(2)).toEqual(['service critical resolved', 'a low open']);
  });
});

describe('A value that flaps around its threshold', () => {
  it('gives one alert', async () => {
    const run = new AnnouncingRun();
    for (let turn = 0; turn < 100; turn++) {
      await run.observe(about('a'), turn % 2 === 0 ? 'low' : 'gone');
      await run.pass(2 * minute);
    }
    const [subject] = await run.subjects();
    expect((await run.alerts.open('shop')).length).toBe(0);
    expect(new Set((await run.notifications()).flatMap(({ alerts }) => alerts.map(({ alertId }) => alertId)))).toEqual(
      new Set([subject?.alert?.alertId]),
    );
  });
});

describe('A storm', () => {
  it('of 10,000 crossings over 100 subjects gives 100 alerts, and at most one notification in five minutes', async () => {
    const run = new AnnouncingRun();
    const opened = new Set<string>();
    for (let crossing = 0; crossing < 100; crossing++) {
      for (let subject = 0; subject < 100; subject++) {
        await run.observe(about(`subject-${subject}`), crossing % 10 === 0 ? 'gone' : 'high');
      }
      for (const { alertId } of await run.alerts.open('shop')) opened.add(alertId);
      await run.pass(10 * second);
    }
    await run.pass(6 * minute);
    for (let subject = 0; subject < 100; subject++) await run.observe(about(`subject-${subject}`), 'gone');
    await run.pass(11 * minute);
    expect(opened.size).toBe(100);
    const times = (await run.notifications()).map(({ createdAt }) => Date.parse(createdAt));
    const pauses = times.slice(1).map((at, index) => at - (times[index] ?? 0));
    expect(times.length).toBeGreaterThan(0);
    expect(pauses.every((pause) => pause >= 5 * minute)).toBe(true);
    // All are over, and whoever was told of one was told so.
    const last = new Map(
      (await run.notifications()).flatMap(({ alerts }) => alerts.map((each) => [each.alertId, each.status])),
    );
    expect([...last.values()]).toEqual(Array.from({ length: 100 }, () => 'resolved'));
  });

  it('of more alerts than a notification holds is told of in several, the gravest first', async () => {
    const run = new AnnouncingRun();
    for (let subject = 0; subject < 150; subject++) {
      await run.observe(about(`subject-${subject}`), subject === 149 ? 'critical' : 'low');
    }
    await run.pass(10 * minute);
    const told = await run.notifications();
    expect(told.map(({ alerts, remaining }) => [alerts.length, remaining])).toEqual([
      [100, 50],
      [50, 0],
    ]);
    expect(told[0]?.alerts[0]).toMatchObject({ subject: 'subject-149', severity: 'critical' });
  });
});

describe('A process that ends at any step between an alert and its notification', () => {
  /** An alert that opens, gets graver and ends. @returns whether the crash came to pass */
  async function walk(crashAt: number | undefined): Promise<{ run: AnnouncingRun; crashed: boolean }> {
    const run = new AnnouncingRun();
    run.table.crashAt = crashAt;
    await run.observe(about('a'), 'low');
    await run.pass(7 * minute);
    await run.observe(about('a'), 'high');
    await run.pass(7 * minute);
    await run.observe(about('a'), 'gone');
    await run.pass(10 * minute);
    return { run, crashed: crashAt !== undefined && run.table.steps > crashAt };
  }

  it('keeps nobody from being told, and tells nothing under two ids', async () => {
    const { run: unharmed } = await walk(undefined);
    const expected = ['a low open', 'a high open', 'a high resolved'];
    expect(await unharmed.told()).toEqual(expected);
    let crashAt = 0;
    for (; ; crashAt++) {
      const { run, crashed } = await walk(crashAt);
      run.table.crashAt = undefined;
      expect(await run.told(), `crash at step ${crashAt}`).toEqual(expected);
      const [subject] = await run.subjects();
      expect(await run.alerts.get(subject?.alert?.alertId ?? '')).toEqual(subject?.alert);
      const shown = await run.notifications();
      expect(new Set(shown.map(({ notificationId }) => notificationId)).size).toBe(expected.length);
      if (!crashed) break;
    }
    expect(crashAt).toBeGreaterThan(50);
  });
});
