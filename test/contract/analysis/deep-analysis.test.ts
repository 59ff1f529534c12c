import { beforeEach, describe, expect, it, onTestFinished, vi } from 'vitest';
import { DeepAnalyses } from '../../../lib/analysis/deep/service.ts';
import { DeepSteps } from '../../../lib/analysis/deep/steps.ts';
import { DeepAnalysisWorker } from '../../../lib/analysis/deep/worker.ts';
import { AnalysisService } from '../../../lib/analysis/service.ts';
import { analysisRequest } from '../../../lib/contracts/analysis.ts';
import { analysisAnswer, analysisSummary } from '../../../lib/contracts/analysis-depths.ts';
import type { AwsResources } from '../../../lib/contracts/aws-metrics.ts';
import type { MessageOf } from '../../../lib/contracts/messages.ts';
import { projectSettings } from '../../../lib/contracts/projects.ts';
import { LoadHistory } from '../../../lib/load/history-service.ts';
import { DomainError } from '../../../lib/platform/errors.ts';
import { ProjectService } from '../../../lib/projects/service.ts';
import { TelemetryHistory } from '../../../lib/telemetry/history/service.ts';
import { TelemetryService } from '../../../lib/telemetry/service.ts';
import type { TestParts } from '../../support/history-table.ts';
import {
  endpointWindow,
  noon,
  queryWindow,
  resourceWindow,
  telemetryBatch,
  telemetryWindow,
} from '../../support/telemetry-batches.ts';
import { useTestDynamoDb } from '../../support/use-dynamodb.ts';

const dynamoDb = useTestDynamoDb();
let parts: TestParts;
let projects: ProjectService;
let telemetry: TelemetryService;
let analyses: AnalysisService;
let deepAnalyses: DeepAnalyses;
let worker: DeepAnalysisWorker;
/** What CloudWatch is to have. */
let aws: () => Promise<AwsResources>;

const noFigures = { timestamp: '', from: '', to: '', periodSeconds: 60, apis: [], tables: [], caches: [], queues: [] };
const awsResources = (changes: Partial<AwsResources>): AwsResources => ({
  ...noFigures,
  timestamp: '2026-01-31T12:00:00.000Z',
  from: '2026-01-30T12:00:00.000Z',
  to: '2026-01-31T12:00:00.000Z',
  lambdas: [],
  problems: [],
  cost: {
    metricsRequested: 1,
    usd: 0,
    todayUsd: 0,
    dailyBudgetUsd: 1,
    isBudgetSpent: false,
    freshUntil: '2026-01-31T12:01:00.000Z',
  },
  ...changes,
});

beforeEach(async () => {
  parts = await dynamoDb.createParts({ now: noon });
  projects = new ProjectService(parts);
  telemetry = new TelemetryService(parts, projects);
  analyses = new AnalysisService(parts, { projects, telemetry });
  deepAnalyses = new DeepAnalyses(parts, projects);
  aws = async () => awsResources({});
  const services = {
    projects,
    telemetry,
    history: new TelemetryHistory(telemetry, projects, parts.clock),
    loadTests: new LoadHistory(parts),
    aws: { resources: () => aws() },
  };
  worker = new DeepAnalysisWorker(parts, new DeepSteps(parts, services));
  await projects.put('shop', projectSettings.parse({ baseUrl: 'http://127.0.0.1:1' }));
});

const report = () =>
  telemetry.ingest(
    'shop',
    telemetryBatch({
      windows: [
        telemetryWindow({
          endpoints: [endpointWindow('GET /', { requests: 200, ms: 20 })],
          queries: [queryWindow('SELECT SUM(n) FROM t', { endpoint: 'GET /', queries: 200, ms: 12 })],
          resources: resourceWindow(),
        }),
      ],
    }),
  );

const deep = analysisRequest.parse({ depth: 'deep' });
const start = async (key?: string) => (await deepAnalyses.start('shop', deep, { idempotencyKey: key })).analysisId;
const show = (analysisId: string) => analyses.get('shop', analysisId);

const taken = (): MessageOf<'analyses'>[] =>
  parts.sent.splice(0).flatMap((message) => (message.queue === 'analyses' ? [message.body] : []));

/** Delivers what waits, each message so often, until nothing waits. @returns how many messages there were */
async function deliver(copies = 1): Promise<number> {
  let messages = 0;
  for (let waiting = taken(); waiting.length > 0; waiting = taken()) {
    messages += waiting.length;
    for (const message of waiting) {
      await Promise.all(Array.from({ length: copies }, () => worker.advance(message)));
    }
  }
  return messages;
}

describe('a deep analysis', () => {
  it('reads the queries that take most time, and says what their texts show', async () => {
    const endpoint = 'GET /search';
    await telemetry.ingest(
      'shop',
      telemetryBatch({
        windows: [
          telemetryWindow({
            endpoints: [endpointWindow(endpoint, { requests: 200, ms: 20 })],
            queries: [
              queryWindow("SELECT * FROM products WHERE name LIKE '%' || ? LIMIT ? OFFSET ?", {
                endpoint,
                queries: 200,
                ms: 12,
              }),
              queryWindow('SELECT id FROM products WHERE category = ? LIMIT ?', {
                system: 'postgresql',
                endpoint,
                queries: 100,
                ms: 20,
              }),
              queryWindow('BEGIN', { endpoint, queries: 200, ms: 0.01 }),
              queryWindow('this is no SQL', { endpoint, queries: 200, ms: 0.01 }),
            ],
            resources: resourceWindow(),
          }),
        ],
      }),
    );
    const analysisId = await start();
    await deliver();
    const made = await show(analysisId);
    expect(made).toMatchObject({
      status: 'completed',
      findings: [
        {
          kind: 'query',
          component: expect.stringContaining('OFFSET'),
          issue: expect.stringMatching(/OFFSET/),
          evidence: [{ metric: 'query.timeMs', values: { queries: 200, totalMs: 2400 } }],
        },
        { kind: 'query', recommendation: expect.stringMatching(/CREATE INDEX .* ON products .*category/) },
      ],
    });
  });

  it('goes through its steps, is shown on the way, and is kept and listed', async () => {
    await report();
    const analysisId = await start();
    expect(await show(analysisId)).toMatchObject({ status: 'queued', progressPercent: 0, depth: 'deep' });
    const [first] = taken();
    if (first === undefined) throw new Error('No message was sent');
    await worker.advance(first);
    const running = await show(analysisId);
    expect(analysisAnswer.parse(running)).toEqual(running);
    expect(running).toMatchObject({
      status: 'running',
      progressPercent: 0,
      steps: [
        { name: 'recent', status: 'running' },
        { status: 'waiting' },
        { status: 'waiting' },
        { status: 'waiting' },
      ],
    });
    const [second] = taken();
    if (second === undefined) throw new Error('No second message was sent');
    // The first comes once more, late: its turn is over.
    await worker.advance(first);
    await worker.giveUp(first);
    expect(taken()).toEqual([]);
    expect(await show(analysisId)).toEqual(running);
    await worker.advance(second);
    expect(await show(analysisId)).toMatchObject({ status: 'running', progressPercent: 15 });
    parts.time.now += 2000;
    await deliver();

    const made = await show(analysisId);
    expect(analysisAnswer.parse(made)).toEqual(made);
    expect(made).toMatchObject({
      status: 'completed',
      progressPercent: 100,
      depth: 'deep',
      from: '2026-01-31T11:00:00.000Z',
      to: '2026-01-31T12:00:00.000Z',
      performanceScore: 100,
      analysisDurationSeconds: 2,
      bottlenecks: [{ type: 'missing-cache' }],
      endpoints: [{ endpoint: 'GET /', requests: 200 }],
      steps: [
        { name: 'recent', status: 'completed', detail: 'Score 100' },
        { name: 'history', status: 'completed' },
        { name: 'queries', status: 'completed', detail: '1 slow kind of query, 0 findings' },
        { name: 'aws', status: 'skipped', detail: 'The project names no AWS resources' },
      ],
      peaks: { enough: true, headroom: { enough: false } },
      capacity: { enough: false, needed: expect.stringContaining('stress') },
    });
    const listed = (await analyses.list('shop', { limit: 10 })).items;
    for (const item of listed) expect(analysisSummary.parse(item)).toEqual(item);
    expect(listed).toMatchObject([{ analysisId, depth: 'deep', status: 'completed', performanceScore: 100 }]);
  });

  it('is the same, however often and in whatever order its messages come', async () => {
    await report();
    const analysisId = await start();
    const [first] = taken();
    if (first === undefined) throw new Error('No message was sent');
    const seen = [first];
    for (let waiting = seen; waiting.length > 0; waiting = taken()) {
      seen.push(...waiting);
      // Each with all that came before it, twice, at once.
      await Promise.all([...seen, ...seen].reverse().map((message) => worker.advance(message)));
    }
    const made = await show(analysisId);
    expect(made.status).toBe('completed');
    await Promise.all(seen.map((message) => worker.advance(message)));
    expect(taken()).toEqual([]);
    expect(await show(analysisId)).toEqual(made);
    // One message of each turn: no race has made two chains of one.
    expect(new Set(seen.map(({ turn }) => turn)).size).toBe(5);
  });

  it('is made once of one idempotency key, and refuses the key for another request', async () => {
    const analysisId = await start('once');
    expect(await start('once')).toBe(analysisId);
    expect(taken()).toHaveLength(1);
    const other = analysisRequest.parse({ depth: 'deep', minutes: 5 });
    await expect(deepAnalyses.start('shop', other, { idempotencyKey: 'once' })).rejects.toMatchObject({
      code: 'conflict',
    });
    await expect(deepAnalyses.start('nobody', deep)).rejects.toMatchObject({ code: 'not-found' });
  });

  it('is done again from where it was when its worker dies between two writes', async () => {
    await report();
    const analysisId = await start();
    const replace = parts.table.replace.bind(parts.table);
    let deaths = 0;
    // It dies after what a step found was stored, before the turn was: once in each turn.
    const died = new Set<number>();
    for (let waiting = taken(); waiting.length > 0; waiting = taken()) {
      for (const message of waiting) {
        parts.table.replace = async (current, value, options) => {
          if (!died.has(message.turn) && (current.value as { turn?: number }).turn === message.turn) {
            died.add(message.turn);
            deaths++;
            throw new Error('The worker died');
          }
          return replace(current, value, options);
        };
        await expect(worker.advance(message)).rejects.toThrow('The worker died');
        expect((await show(analysisId)).status).not.toBe('completed');
        await worker.advance(message);
      }
    }
    parts.table.replace = replace;
    expect(deaths).toBe(5);
    expect(await show(analysisId)).toMatchObject({ status: 'completed', endpoints: [{ requests: 200 }] });
  });

  it('fails for who asks after its deadline, and for its worker, when its messages were lost', async () => {
    const analysisId = await start();
    const [first] = taken();
    parts.time.now += 16 * 60_000;
    const shown = await show(analysisId);
    expect(analysisAnswer.parse(shown)).toEqual(shown);
    expect(shown).toMatchObject({ status: 'failed', reason: 'It took longer than it ever should.' });
    expect((await analyses.list('shop', { limit: 10 })).items).toMatchObject([{ status: 'failed' }]);
    if (first !== undefined) await worker.advance(first);
    expect(taken()).toEqual([]);
    expect(await show(analysisId)).toMatchObject({ status: 'failed', steps: [{ status: 'skipped' }, {}, {}, {}] });
  });

  it('ends with its reason when the project is gone', async () => {
    const analysisId = await start();
    await projects.delete('shop');
    await deliver();
    await projects.put('shop', projectSettings.parse({ baseUrl: 'http://127.0.0.1:1' }));
    expect(await show(analysisId)).toMatchObject({ status: 'failed', reason: expect.stringContaining('shop') });
  });

  it('goes on without a step that was given up, and says so; without its first it fails', async () => {
    await report();
    const analysisId = await start();
    const turns = async () => {
      const [message] = taken();
      if (message === undefined) throw new Error('No message was sent');
      return message;
    };
    await worker.advance(await turns());
    await worker.advance(await turns());
    await worker.giveUp(await turns());
    await deliver();
    expect(await show(analysisId)).toMatchObject({
      status: 'completed',
      performanceScore: 100,
      steps: [
        { status: 'completed' },
        { name: 'history', status: 'failed' },
        { name: 'queries' },
        { status: 'skipped' },
      ],
      missing: [{ part: 'history', reason: expect.stringContaining('could not be carried out') }],
    });
    const other = await start();
    await worker.advance(await turns());
    await worker.giveUp(await turns());
    expect(await show(other)).toMatchObject({ status: 'failed', reason: expect.stringContaining('could not') });
    expect(taken()).toEqual([]);
  });
});

describe('what AWS says in a deep analysis', () => {
  const withLambda = () =>
    projects.put(
      'shop',
      projectSettings.parse({ baseUrl: 'http://127.0.0.1:1', resources: { lambdas: ['shop-api'] } }),
    );

  it('is among the findings and the recommendations', async () => {
    await withLambda();
    aws = async () => awsResources({ lambdas: [{ name: 'shop-api', invocations: 1000, throttles: 40 }] });
    const analysisId = await start();
    await deliver();
    const made = await show(analysisId);
    expect(analysisAnswer.parse(made)).toEqual(made);
    expect(made).toMatchObject({
      status: 'completed',
      findings: [{ kind: 'aws', component: 'shop-api', evidence: [{ values: { throttles: 40 } }] }],
      recommendations: [expect.any(String), expect.stringContaining('reserved concurrency')],
    });
  });

  it.each([
    ['a domain error', new DomainError('quota-exceeded', 'The budget is spent.'), 'The budget is spent.', 0],
    ['anything else', new Error('socket hang up'), 'CloudWatch could not be asked.', 1],
  ])('is said to be missing when it cannot be had: %s', async (_, error, why, logged) => {
    const reason = `The figures of its resource on AWS are missing: ${why}`;
    const log = vi.spyOn(parts.log, 'error');
    onTestFinished(() => log.mockRestore());
    await withLambda();
    aws = () => Promise.reject(error);
    const analysisId = await start();
    await deliver();
    expect(await show(analysisId)).toMatchObject({ status: 'completed', missing: [{ part: 'aws', reason }] });
    const told = expect.objectContaining({ project: 'shop', analysisId, error });
    expect(log.mock.calls).toEqual(Array(logged).fill([expect.any(String), told]));
  });
});
