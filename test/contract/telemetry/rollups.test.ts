import { PutCommand, ScanCommand } from '@aws-sdk/lib-dynamodb';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { projectSettings } from '../../../lib/contracts/projects.ts';
import type { TelemetryBatch } from '../../../lib/contracts/telemetry.ts';
import { keys } from '../../../lib/platform/table/keys.ts';
import { ProjectService } from '../../../lib/projects/service.ts';
import { Aggregation } from '../../../lib/telemetry/aggregation.ts';
import { Erasures } from '../../../lib/telemetry/erasure.ts';
import type { Period } from '../../../lib/telemetry/period.ts';
import { Rollups } from '../../../lib/telemetry/rollups/service.ts';
import { RollupStore } from '../../../lib/telemetry/rollups/store.ts';
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

const minuteMs = 60_000;
const hourMs = 60 * minuteMs;
const dayMs = 24 * hourMs;

const dynamoDb = useTestDynamoDb();

const baseUrl = 'http://127.0.0.1:1';

/** A platform at noon, with one project. */
async function begin(retention = {}) {
  const parts = await dynamoDb.createParts({ now: noon });
  const projects = new ProjectService(parts);
  await projects.put('shop', projectSettings.parse({ baseUrl, retention }));
  return {
    parts,
    projects,
    telemetry: new TelemetryService(parts, projects),
    rollups: new Rollups(parts, projects),
    erasures: new Erasures(parts),
    passTo: (epochMs: number) => {
      parts.time.now = epochMs;
    },
  };
}

const windowAt = (start: number, ms: number) =>
  telemetryWindow({
    start,
    endpoints: [endpointWindow(`GET /${ms % 3}`, { requests: 2, ms, failed: ms % 2 })],
    queries: [queryWindow('SELECT 1', { endpoint: `GET /${ms % 3}`, queries: 3, ms: ms / 100 })],
    resources: resourceWindow({ rssMb: 100 + ms }),
  });

/** What a batch that was kept says, without what the table is read by. */
function referenceOf(batches: Iterable<TelemetryBatch>, { from, to }: Period) {
  const aggregation = new Aggregation();
  for (const { instance, dropped, errors, windows } of batches) {
    for (const window of windows) {
      const start = Date.parse(window.start);
      if (start >= from && start < to) aggregation.add({ instance, dropped, errors }, window);
    }
  }
  return figuresOf(aggregation.result());
}

const figuresOf = ({ endpoints, queries, observed, instances }: ReturnType<Aggregation['result']>) => ({
  endpoints: endpoints.map((endpoint) => ({ ...endpoint, responseTime: endpoint.responseTime.toBase64() })),
  queries: queries.map((query) => ({ ...query, queryTime: query.queryTime.toBase64() })),
  observed,
  instances,
});

const itemsOf = async (parts: TestParts, prefix: string): Promise<string[]> => {
  const { Items = [] } = await parts.client.send(new ScanCommand({ TableName: parts.tableName }));
  return Items.map(({ pk }) => String(pk)).filter((pk) => pk.startsWith(prefix));
};

type Command =
  | { kind: 'send'; instance: string; sequence: number; minutesAgo: number; ms: number }
  | { kind: 'repeat'; index: number }
  | { kind: 'pass'; minutes: number }
  | { kind: 'draw' };

const commands: fc.Arbitrary<Command[]> = fc.array(
  fc.oneof(
    {
      weight: 4,
      arbitrary: fc.record({
        kind: fc.constant('send' as const),
        instance: fc.constantFrom('a', 'b', 'c'),
        sequence: fc.nat(30),
        // Most of it is of now, some comes hours too late.
        minutesAgo: fc.oneof({ weight: 4, arbitrary: fc.nat(3) }, fc.nat(290)),
        ms: fc.integer({ min: 1, max: 50 }),
      }),
    },
    { weight: 1, arbitrary: fc.record({ kind: fc.constant('repeat' as const), index: fc.nat(50) }) },
    {
      weight: 2,
      arbitrary: fc.record({ kind: fc.constant('pass' as const), minutes: fc.integer({ min: 1, max: 40 }) }),
    },
    { weight: 2, arbitrary: fc.constant({ kind: 'draw' as const }) },
  ),
  { maxLength: 40 },
);

describe('what is drawn from windows', () => {
  it('says at any time what all windows that came say, twice or late or out of order', async () => {
    await fc.assert(
      fc.asyncProperty(commands, fc.nat(600), fc.nat(600), async (history, fromMinutes, toMinutes) => {
        const { parts, telemetry, rollups } = await begin();
        const kept = new Map<string, TelemetryBatch>();
        const sent: TelemetryBatch[] = [];
        const send = async (batch: TelemetryBatch): Promise<void> => {
          sent.push(batch);
          await telemetry.ingest('shop', batch);
        };
        for (const command of history) {
          if (command.kind === 'pass') parts.time.now += command.minutes * minuteMs;
          if (command.kind === 'draw') await rollups.drawDue();
          if (command.kind === 'repeat') {
            const batch = sent[command.index % Math.max(1, sent.length)];
            // What is too late to be taken is refused, and was taken before.
            if (batch !== undefined) await telemetry.ingest('shop', batch).catch(() => {});
          }
          if (command.kind !== 'send') continue;
          const { instance, minutesAgo, ms } = command;
          const name = `${instance} ${command.sequence}`;
          // An SDK never sends other windows under the same number.
          if (kept.has(name)) continue;
          const windows = [windowAt(Math.floor(parts.time.now / 10_000 - 1 - minutesAgo * 6) * 10_000, ms)];
          const batch = telemetryBatch({ instance, sequence: command.sequence, windows });
          kept.set(name, batch);
          await send(batch);
        }
        const end = Math.floor(parts.time.now / minuteMs) * minuteMs + minuteMs;
        const period = {
          from: end - Math.max(fromMinutes, toMinutes) * minuteMs,
          to: end - Math.min(fromMinutes, toMinutes) * minuteMs,
        };
        for (const asked of [period, { from: noon - dayMs, to: end }]) {
          expect(figuresOf(await telemetry.aggregate('shop', asked))).toEqual(referenceOf(kept.values(), asked));
        }
      }),
      { numRuns: 12 },
    );
  });

  it('keeps minutes, hours and days when the windows are gone, and finds them by the cheapest', async () => {
    const { parts, telemetry, rollups, passTo } = await begin();
    const midnight = noon - 12 * hourMs;
    const batches: TelemetryBatch[] = [];
    // A day, with something in every second hour.
    for (let hour = 0; hour < 24; hour += 2) {
      const start = midnight + hour * hourMs + 7 * minuteMs;
      passTo(start + 10_000);
      const batch = telemetryBatch({ sequence: hour, windows: [windowAt(start, hour + 1)] });
      batches.push(batch);
      await telemetry.ingest('shop', batch);
      passTo(start + 5 * minuteMs);
      await rollups.drawDue();
      passTo(start + 60 * minuteMs);
      await rollups.drawDue();
    }
    passTo(midnight + dayMs + 11 * minuteMs);
    await rollups.drawDue();
    const day = { from: midnight, to: midnight + dayMs };
    expect(figuresOf(await telemetry.aggregate('shop', day))).toEqual(referenceOf(batches, day));
    passTo(midnight + 40 * dayMs);
    const old = await telemetry.aggregate('shop', day);
    expect(figuresOf(old)).toEqual(referenceOf(batches, day));
    expect(old.resources).toMatchObject([{ instance: 'shop-1', peaks: { rssMb: 123 } }]);
    expect(old.traffic.minutes.size).toBe(0);
    expect((await telemetry.metrics('shop', 60)).instances).toBe(0);
    expect(await itemsOf(parts, 'TELEMETRYDUE')).toEqual([]);
  });

  it('goes on where a turn broke off', async () => {
    const { parts, telemetry, rollups, passTo } = await begin();
    const batch = telemetryBatch({ windows: [windowAt(noon - 20_000, 5)] });
    await telemetry.ingest('shop', batch);
    passTo(noon + 5 * minuteMs);
    const { put } = dynamoDbFaults(parts);
    put.failsAfter(1);
    await expect(rollups.drawDue()).rejects.toThrow('could not be drawn');
    put.works();
    const asked = { from: noon - minuteMs, to: noon };
    expect(figuresOf(await telemetry.aggregate('shop', asked))).toEqual(referenceOf([batch], asked));
    expect(await rollups.drawDue()).toBe(1);
    expect(figuresOf(await telemetry.aggregate('shop', asked))).toEqual(referenceOf([batch], asked));
  });

  it('keeps nothing else from its turn when one of them cannot be drawn', async () => {
    const { parts, projects, telemetry, rollups, passTo } = await begin();
    for (const project of ['a', 'b', 'c', 'd', 'e']) {
      await projects.put(project, projectSettings.parse({ baseUrl }));
      await telemetry.ingest(project, telemetryBatch({ windows: [windowAt(noon - 20_000, 5)] }));
    }
    await parts.client.send(
      new PutCommand({
        TableName: parts.tableName,
        Item: {
          ...keys.telemetryBatch(
            { project: 'c', minute: '2026-01-31T11:59', shard: 0 },
            { instance: 'x', sequence: 0, part: 0 },
          ),
          ...{ type: 'TelemetryPart', version: 1, revision: 1, data: '{"what":"nobody can read"}' },
        },
      }),
    );
    passTo(noon + 5 * minuteMs);
    await expect(rollups.drawDue()).rejects.toThrow('1 rollups could not be drawn');
    const drawn = await itemsOf(parts, 'TELEMETRYROLLUPS');
    expect(drawn.map((pk) => pk.split('#')[1]).sort()).toEqual(['a', 'b', 'd', 'e']);
  });

  it('is drawn also while the project is gone, for it may come back', async () => {
    const { projects, telemetry, rollups, passTo } = await begin();
    const batch = telemetryBatch({ windows: [windowAt(noon - 20_000, 5)] });
    await telemetry.ingest('shop', batch);
    await projects.delete('shop');
    passTo(noon + 5 * minuteMs);
    await rollups.drawDue();
    await projects.put('shop', projectSettings.parse({ baseUrl }));
    const asked = { from: noon - hourMs, to: noon };
    expect(figuresOf(await telemetry.aggregate('shop', asked))).toEqual(referenceOf([batch], asked));
  });

  it('is kept for as long as the project says', async () => {
    const { parts, telemetry, rollups, passTo } = await begin({ minuteHours: 8, hourDays: 3, dayDays: 5 });
    await telemetry.ingest('shop', telemetryBatch({ windows: [windowAt(noon - 20_000, 5)] }));
    for (const minutes of [5, 20, 12 * 60 + 11, 12 * 60 + 30]) {
      passTo(noon + minutes * minuteMs);
      await rollups.drawDue();
    }
    const { Items = [] } = await parts.client.send(new ScanCommand({ TableName: parts.tableName }));
    const endsOf = (level: string) =>
      Items.filter(({ pk }) => String(pk).startsWith(`TELEMETRYROLLUPS#shop#${level}`)).map(
        ({ expiresAt }) => Number(expiresAt) * 1000,
      );
    expect(endsOf('minute')).toEqual([noon - minuteMs + 8 * hourMs]);
    expect(endsOf('hour')).toEqual([noon - hourMs + 3 * dayMs]);
    expect(endsOf('day')).toEqual([noon - 12 * hourMs + 5 * dayMs]);
    passTo(noon + 6 * dayMs);
    expect((await telemetry.aggregate('shop', { from: noon - dayMs, to: noon + dayMs })).observed).toBeUndefined();
  });

  it('is erased with the windows, and what comes later stays', async () => {
    const { parts, projects, telemetry, rollups, erasures, passTo } = await begin();
    await projects.put('other', projectSettings.parse({ baseUrl }));
    for (const project of ['shop', 'other']) {
      await telemetry.ingest(project, telemetryBatch({ windows: [windowAt(noon - 20_000, 5)] }));
    }
    for (const minutes of [5, 20]) {
      passTo(noon + minutes * minuteMs);
      await rollups.drawDue();
    }
    await telemetry.ingest('shop', telemetryBatch({ sequence: 1, windows: [windowAt(noon + 19 * minuteMs, 5)] }));
    await erasures.ask('shop');
    // Of the same minute, and of one before, and yet later.
    passTo(noon + 20 * minuteMs + 5_000);
    const later = telemetryBatch({
      sequence: 7,
      windows: [windowAt(noon + 20 * minuteMs, 9), windowAt(noon + 19 * minuteMs, 8)],
    });
    await telemetry.ingest('shop', later);
    expect(await erasures.eraseAsked()).toBeGreaterThan(2);
    // Whoever had read the windows before draws them after.
    const drawn = telemetryBatch({ sequence: 0, windows: [windowAt(noon - 20_000, 5)] });
    const aggregation = new Aggregation();
    aggregation.add({ instance: 'shop-1', dropped: 0, errors: 0 }, drawn.windows[0] ?? windowAt(noon, 1));
    const details = aggregation.rollup({ forgetMinutes: false });
    const at = { project: 'shop', level: 'minute', start: noon - minuteMs } as const;
    const expiresAt = noon + 2 * dayMs;
    expect(await new RollupStore(parts.table).put(at, undefined, { summary: details, details, expiresAt })).toBe(true);
    passTo(noon + 24 * minuteMs);
    await rollups.drawDue();
    await erasures.eraseAsked();
    for (const minutes of [40, 13 * 60]) {
      passTo(noon + minutes * minuteMs);
      await rollups.drawDue();
    }
    const asked = { from: noon - dayMs, to: noon + dayMs };
    expect(figuresOf(await telemetry.aggregate('shop', asked))).toEqual(referenceOf([later], asked));
    expect((await telemetry.aggregate('other', asked)).observed).toBeDefined();
    expect(await erasures.eraseAsked()).toBe(0);
    expect(await itemsOf(parts, 'TELEMETRYERASURES')).toEqual([]);
  });
});

/** Lets writes of the table fail from some number of them on, as when a function is ended in the middle. */
function dynamoDbFaults({ client }: TestParts) {
  let left = Number.POSITIVE_INFINITY;
  client.middlewareStack.add(
    (next, context) => async (args) => {
      if (context.commandName === 'PutItemCommand' && left-- <= 0) throw new Error('broken off');
      return next(args);
    },
    { step: 'initialize' },
  );
  return {
    put: {
      failsAfter: (writes: number) => {
        left = writes;
      },
      works: () => {
        left = Number.POSITIVE_INFINITY;
      },
    },
  };
}
