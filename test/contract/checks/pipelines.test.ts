import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { checkServices } from '../../../lib/checks/api.ts';
import { checkHandlers } from '../../../lib/checks/handlers.ts';
import { PipelineReports } from '../../../lib/checks/pipeline/reports.ts';
import { ScheduleTick } from '../../../lib/checks/schedules/tick.ts';
import { checkWork } from '../../../lib/checks/work.ts';
import { checkSummary, startCheckRequest } from '../../../lib/contracts/checks.ts';
import { pipelineReport, pipelineRun } from '../../../lib/contracts/pipelines.ts';
import { projectSettings } from '../../../lib/contracts/projects.ts';
import { schedule, scheduleRequest } from '../../../lib/contracts/schedules.ts';
import { ProjectService } from '../../../lib/projects/service.ts';
import { functionParts } from '../../support/function-parts.ts';
import { startTestDynamoDb, type TestDynamoDb, type TestParts } from '../../support/history-table.ts';
import { basicTest } from '../../support/load-tests/fixtures.ts';
import { weeksReport } from '../../support/pipeline-report.ts';

let dynamoDb: TestDynamoDb;
let parts: TestParts;
let projects: ProjectService;
let api: ReturnType<typeof checkServices>;
let work: ReturnType<typeof checkWork>;

const concurrency = async () => 1000;

beforeAll(async () => {
  dynamoDb = await startTestDynamoDb();
});
afterAll(() => dynamoDb.stop());

beforeEach(async () => {
  parts = await dynamoDb.createParts();
  projects = new ProjectService(parts);
  api = checkServices(functionParts('checks-api', parts), concurrency);
  work = checkWork(functionParts('check-controller', parts), concurrency);
  await projects.put('shop', projectSettings.parse({ baseUrl: 'http://127.0.0.1:8080' }));
});

const put = (...entries: object[]) => api.schedules.put('shop', scheduleRequest.parse({ entries }));
const review = { id: 'review', kind: 'weekly-review', cron: '0 3 * * *', timeZone: 'Europe/Berlin', enabled: true };

/** Delivers what waits for the controller, until nothing does or a load test is to be run. */
async function deliver(): Promise<void> {
  for (let turn = 0; turn < 20; turn++) {
    const messages = parts.sent.splice(0).filter(({ queue }) => queue === 'checks');
    if (messages.length === 0) return;
    for (const message of messages) if (message.queue === 'checks') await work.advance(message.body);
  }
}

/** The report as a page, as it is answered. @param get of the load test; default: of those that there are */
async function pageOf(checkId: string, get?: typeof api.loadTests.get): Promise<string> {
  const services = get === undefined ? api : { ...api, loadTests: { get } };
  const handlers = checkHandlers(services, { pageFiles: async () => ({ script: '', style: '' }) });
  const asked = { params: { project: 'shop', checkId }, query: { format: 'html' } };
  return String((await handlers.getCheckReport(asked as never)).body);
}

const newest = async () => (await api.checks.list('shop', { limit: 1 })).items[0]?.checkId ?? '';

describe('a schedule', () => {
  it('proposes what may run by itself, and enables none of it', async () => {
    const found = schedule.parse(await api.schedules.get('shop'));
    expect(found.entries.map(({ id, cron, enabled }) => [id, cron, enabled])).toEqual([
      ['daily', '0 2 * * *', false],
      ['weekly', '0 3 * * 0', false],
      ['weekly-review', '0 8 * * 1', false],
      ['monthly-load-test', '0 4 1 * *', false],
      ['quarterly-capacity', '0 5 1 1,4,7,10 *', false],
    ]);
    expect(found.next).toEqual([]);
    expect(found.inForce.weekly?.loadTest).toMatchObject({ kind: 'stress', startUsers: 10, maxUsers: 500 });
  });

  it('is taken again as it is shown, and tells the next time here and there', async () => {
    await put(review);
    const { entries, next } = await api.schedules.get('shop');
    expect(next).toEqual([{ id: 'review', at: '2026-02-01T02:00:00.000Z', local: '2026-02-01 03:00' }]);
    expect((await put(...entries)).entries).toEqual(entries);
  });

  it('says which field names no time', async () => {
    const refused = put(review, { ...review, id: 'b', cron: '0 0 31 2 *' }, { ...review, id: 'c', timeZone: 'Berlin' });
    await expect(refused).rejects.toMatchObject({
      code: 'invalid-request',
      fieldErrors: [{ path: 'body.entries.1.cron' }, { path: 'body.entries.2.timeZone' }],
    });
  });

  it('goes with its project', async () => {
    await put(review);
    await projects.delete('shop');
    await projects.put('shop', projectSettings.parse({ baseUrl: 'http://127.0.0.1:8080' }));
    parts.time.now = Date.parse('2026-02-01T02:00:30Z');
    expect(await new ScheduleTick(parts).startDue()).toBe(0);
    expect((await api.schedules.get('shop')).next).toEqual([]);
  });
});

/** A part, on a real table, of the year that the schedules are tried for on one in memory. */
describe('a fortnight around the beginning of summer time', () => {
  it('has each daily and weekly run once, with its steps, and says of one what daylight saving did to it', async () => {
    parts.time.now = Date.parse('2026-03-21T12:00:00Z');
    const berlin = { timeZone: 'Europe/Berlin', enabled: true };
    await put(
      { ...berlin, id: 'nightly', kind: 'daily', cron: '30 2 * * *', settings: { steps: ['analysis'] } },
      { ...berlin, id: 'weekly', kind: 'weekly', cron: '0 3 * * 0', settings: { steps: ['analysis', 'report'] } },
    );
    const tick = new ScheduleTick(parts);
    const end = Date.parse('2026-04-04T12:00:00Z');
    for (; parts.time.now < end; parts.time.now += 6 * 3_600_000) {
      // Two ticks at the same moment, as when one is late.
      const [one, other] = await Promise.all([tick.startDue(), tick.startDue()]);
      if (one + other > 0) await deliver();
    }
    const { items } = await api.checks.list('shop', { limit: 50 });
    const runs = await Promise.all(items.map(({ checkId }) => api.checks.get('shop', checkId)));
    const told = runs
      .map((run) => pipelineRun.parse(run))
      .map(({ status, scheduledBy, steps }) => ({ ...scheduledBy, status, steps: steps.map((step) => step.status) }));
    const of = (id: string) => told.filter(({ scheduleId }) => scheduleId === id);
    expect(of('nightly').map(({ scheduledFor = '' }) => scheduledFor.slice(0, 10))).toEqual(
      Array.from({ length: 14 }, (_, day) =>
        new Date(Date.UTC(2026, 2, 22 + day)).toISOString().slice(0, 10),
      ).reverse(),
    );
    expect(of('weekly').map(({ scheduledFor }) => scheduledFor)).toEqual([
      '2026-03-29T01:00:00.000Z',
      '2026-03-22T02:00:00.000Z',
    ]);
    expect(
      told.every(({ status, missed, steps }) => status === 'passed' && missed === 0 && new Set(steps).size === 1),
    ).toBe(true);
    const noted = told.filter(({ note }) => note !== undefined);
    expect(noted.map(({ scheduledFor }) => scheduledFor)).toEqual(['2026-03-29T01:00:00.000Z']);
  }, 30_000);
});

describe('a run of the pipeline', () => {
  it('takes its steps by the schedule, leaves a report, and is listed among the checks', async () => {
    await put(review);
    parts.time.now = Date.parse('2026-02-01T02:00:30Z');
    expect(await new ScheduleTick(parts).startDue()).toBe(1);
    expect(await new ScheduleTick(parts).startDue()).toBe(0);
    await deliver();
    const checkId = await newest();
    const run = pipelineRun.parse(await api.checks.get('shop', checkId));
    expect(run.steps.map(({ name, status }) => `${name} ${status}`)).toEqual([
      'analysis completed',
      'change-points completed',
      'report completed',
    ]);
    expect(run).toMatchObject({
      status: 'passed',
      progressPercent: 100,
      scheduledBy: { scheduleId: 'review', scheduledFor: '2026-02-01T02:00:00.000Z', missed: 0 },
      findings: { regressions: 0 },
    });
    expect(pipelineReport.parse(await api.reports.get(checkId))).toMatchObject({
      checkId,
      from: '2026-01-25T02:00:30.000Z',
    });
    const page = await pageOf(checkId);
    expect(page).toContain('Report of shop: weekly-review');
    expect(page).toContain('<th scope="row" class="text">change-points</th>');
    expect(page).not.toContain('data-plot="throughput"');
    // As of a run with a load test, which is kept by itself, and may be forgotten before the report is.
    await new PipelineReports(parts).put({ ...weeksReport(), checkId });
    expect(await pageOf(checkId, async () => basicTest())).toContain('data-plot="throughput"');
    expect(await pageOf(checkId)).not.toContain('data-plot="throughput"');
    const { items } = await api.checks.list('shop', { limit: 10 });
    expect(items.map((item) => checkSummary.parse(item))).toMatchObject([
      { kind: 'pipeline', pipeline: 'weekly-review' },
    ]);
  });

  it('is one for a key, and goes on when a step fails', async () => {
    const settings = { steps: ['analysis', 'optimization', 'cache-maintenance', 'load-test', 'alerts', 'report'] };
    await put({ ...review, kind: 'daily', settings });
    const started = await api.pipelines.start('shop', startCheckRequest.parse({ schedule: 'review' }), 'a');
    expect(await api.pipelines.start('shop', startCheckRequest.parse({ schedule: 'review' }), 'a')).toEqual(started);
    // The test may not be run any more when its step is taken.
    parts.configuration.privateTargets = false;
    work = checkWork(functionParts('check-controller', parts), concurrency);
    await deliver();
    const run = pipelineRun.parse(await api.checks.get('shop', started.checkId));
    expect(run.steps.map(({ name, status }) => `${name} ${status}`)).toEqual([
      'analysis completed',
      'optimization skipped',
      'cache-maintenance skipped',
      'load-test failed',
      'alerts completed',
      'report completed',
    ]);
    expect(run).toMatchObject({ status: 'failed', reason: expect.stringMatching(/^load-test: /) });
    // It is told of as the entry's other runs are.
    expect(run.scheduledBy).toMatchObject({ scheduleId: 'review', missed: 0 });
  });

  it('is asked for by its kind or by an entry, and by nothing beside', () => {
    expect(startCheckRequest.safeParse({ pipeline: 'weekly' }).success).toBe(true);
    const { error } = startCheckRequest.safeParse({ schedule: 'review', pipeline: 'daily', limits: {} });
    expect(error?.issues.map(({ path }) => path.join('.'))).toEqual(['limits', 'pipeline']);
  });
});
