import { describe, expect, it } from 'vitest';
import type { Bottleneck } from '../../../../lib/contracts/analysis.ts';
import { type Change, change } from '../../../../lib/contracts/optimizations.ts';
import { findProperty } from '../../../../lib/optimization/aws/applier/find-property.ts';
import { awsModule } from '../../../../lib/optimization/modules/aws/rule.ts';
import { awsModules, awsRules } from '../../../../lib/optimization/modules/aws/rules.ts';
import {
  apiFigures,
  apiOf,
  awsConfiguration,
  awsFigures,
  cacheFigures,
  cacheOf,
  eventSourceOf,
  examine,
  lambdaFigures,
  lambdaOf,
  queueOf,
  reports,
  type Seen,
  tableFigures,
  tableOf,
} from '../../../support/optimization/aws-view.ts';
import { situationOf } from '../../../support/optimization/situation.ts';
import { proposalsOf } from './proposals-of.ts';

const hourMs = 3_600_000;
const officeHours = new Map(
  Array.from({ length: 24 * 60 }, (_, i) => {
    const hour = Math.floor(i / 60);
    return [i * 60_000 + 500_000 * hourMs - (500_000 % 24) * hourMs, hour >= 8 && hour < 18 ? 50 : 2] as const;
  }),
);
const repeated: Bottleneck = {
  type: 'missing-cache',
  component: 'GET /products',
  issue: 'GET /products answers the same again and again.',
  performanceImpact: 40,
  evidence: [
    {
      metric: 'x',
      subject: 'GET /products',
      from: '2026-01-31T12:00:00.000Z',
      to: '2026-01-31T12:00:00.000Z',
      values: {},
    },
  ],
  recommendation: 'Cache it.',
};
const provisioned = { billingMode: 'provisioned', provisioned: { read: 500, write: 200 } } as const;
const scaled = { min: 1, max: 5, targetPercent: 70 };
const busy = { lambdas: [lambdaFigures()] };
const queueReader = (given = {}) => lambdaOf({ eventSources: [eventSourceOf()], ...given });

interface Case {
  rule: string;
  what: string;
  fires: Seen;
  /** As little else as possible. */
  quiet: Seen;
  /** `property: before -> after` */
  changes: string[];
  savesUsd?: unknown;
}

const cases: Case[] = [
  {
    rule: 'lambda-memory',
    what: 'nearly full',
    fires: { configuration: { lambdas: [lambdaOf({ reports: reports({ maxMemoryUsedMb: 480 }) })] }, figures: busy },
    quiet: { configuration: { lambdas: [lambdaOf({ reports: reports({ maxMemoryUsedMb: 450 }) })] }, figures: busy },
    changes: ['memorySize: 512 -> 640'],
    savesUsd: -2.53,
  },
  {
    rule: 'lambda-memory',
    what: 'half empty',
    fires: { configuration: { lambdas: [lambdaOf({ reports: reports({ maxMemoryUsedMb: 100 }) })] }, figures: busy },
    quiet: {
      configuration: { lambdas: [lambdaOf({ reports: reports({ maxMemoryUsedMb: 100, invocations: 19 }) })] },
      figures: busy,
    },
    changes: ['memorySize: 512 -> 256'],
    savesUsd: 5.07,
  },
  {
    rule: 'lambda-architecture',
    what: 'on x86_64',
    fires: { configuration: { lambdas: [lambdaOf({ architecture: 'x86_64' })] }, figures: busy },
    quiet: { configuration: { lambdas: [lambdaOf({ architecture: 'x86_64', runtime: 'go1.x' })] }, figures: busy },
    changes: [],
    savesUsd: 2.53,
  },
  {
    rule: 'lambda-reserved-concurrency',
    what: 'throttled at what is reserved',
    fires: {
      configuration: { lambdas: [lambdaOf({ reservedConcurrency: 10 })] },
      figures: { lambdas: [lambdaFigures({ throttles: 100_000 })] },
    },
    quiet: {
      configuration: { lambdas: [lambdaOf({ reservedConcurrency: 10 })] },
      figures: { lambdas: [lambdaFigures({ throttles: 9_000 })] },
    },
    changes: ['reservedConcurrency: 10 -> 14'],
  },
  {
    rule: 'lambda-reserved-concurrency',
    what: 'throttled with all the account',
    fires: { configuration: { lambdas: [lambdaOf()] }, figures: { lambdas: [lambdaFigures({ throttles: 100_000 })] } },
    quiet: { configuration: { lambdas: [lambdaOf()] } },
    changes: [],
  },
  {
    rule: 'lambda-provisioned-concurrency',
    what: 'often cold',
    fires: {
      configuration: {
        lambdas: [
          lambdaOf({
            aliases: [{ name: 'live', version: '3' }],
            reports: reports({ coldStarts: 100, p50InitMs: 900 }),
          }),
        ],
      },
      figures: { lambdas: [lambdaFigures({ invocations: 5_000_000 })] },
    },
    quiet: {
      configuration: {
        lambdas: [
          lambdaOf({ aliases: [{ name: 'live', version: '3' }], reports: reports({ coldStarts: 49, p50InitMs: 900 }) }),
        ],
      },
      figures: busy,
    },
    changes: ['alias/live/provisionedConcurrency: null -> 3'],
    savesUsd: -13.14,
  },
  {
    rule: 'lambda-provisioned-concurrency',
    what: 'often cold in a day with busy hours',
    fires: {
      configuration: {
        lambdas: [
          lambdaOf({
            aliases: [{ name: 'live', version: '3' }],
            reports: reports({ coldStarts: 100, p50InitMs: 900 }),
          }),
        ],
      },
      figures: busy,
      traffic: officeHours,
    },
    quiet: {
      configuration: {
        lambdas: [
          lambdaOf({
            aliases: [{ name: 'live', version: '3', provisionedConcurrency: 1 }],
            reports: reports({ coldStarts: 100, p50InitMs: 900 }),
          }),
        ],
      },
      figures: busy,
      traffic: officeHours,
    },
    changes: [
      'alias/live/provisionedConcurrency: null -> [{"at":"cron(0 8 * * ? *)","timezone":"UTC","units":1},{"at":"cron(0 18 * * ? *)","timezone":"UTC","units":0}]',
    ],
    savesUsd: -1.83,
  },
  {
    rule: 'lambda-timeout',
    what: 'cut off',
    fires: { configuration: { lambdas: [lambdaOf({ reports: reports({ timeouts: 2, maxDurationMs: 10_000 }) })] } },
    quiet: { configuration: { lambdas: [lambdaOf({ reports: reports({ maxDurationMs: 7_900 }) })] } },
    changes: ['timeout: 10 -> 20'],
  },
  {
    rule: 'lambda-timeout',
    what: 'far from its timeout',
    fires: { configuration: { lambdas: [lambdaOf({ timeoutSeconds: 300 })] } },
    quiet: { configuration: { lambdas: [lambdaOf({ timeoutSeconds: 300, reports: reports({ invocations: 199 }) })] } },
    changes: ['timeout: 300 -> 10'],
  },
  {
    rule: 'lambda-package',
    what: 'large',
    fires: {
      configuration: { lambdas: [lambdaOf({ codeBytes: 15_000_000, layers: [{ name: 'l:1', bytes: 15_000_000 }] })] },
    },
    quiet: { configuration: { lambdas: [lambdaOf({ codeBytes: 15_000_000 })] } },
    changes: [],
  },
  {
    rule: 'lambda-snap-start',
    what: 'of Java, starting long',
    fires: { configuration: { lambdas: [lambdaOf({ runtime: 'java21', reports: reports({ p50InitMs: 3_000 }) })] } },
    quiet: {
      configuration: {
        lambdas: [lambdaOf({ runtime: 'java21', hasSnapStart: true, reports: reports({ p50InitMs: 3_000 }) })],
      },
    },
    changes: [],
  },
  {
    rule: 'lambda-log-retention',
    what: 'that never expires',
    fires: { configuration: { lambdas: [lambdaOf({ logs: { group: '/g', storedBytes: 2 ** 30 * 100 } })] } },
    quiet: {
      configuration: { lambdas: [lambdaOf({ logs: { group: '/g', retentionDays: 365, storedBytes: 2 ** 40 } })] },
    },
    changes: [],
    savesUsd: 3,
  },
  {
    rule: 'lambda-batching',
    what: 'of one message',
    fires: {
      configuration: { lambdas: [lambdaOf({ eventSources: [eventSourceOf({ batchSize: 1 })] })] },
      figures: busy,
    },
    quiet: {
      configuration: { lambdas: [lambdaOf({ eventSources: [eventSourceOf({ batchSize: 1 })] })] },
      // Ten of them would not fit into its time.
      figures: { lambdas: [lambdaFigures({ avgDurationMs: 400 })] },
    },
    changes: ['eventSource/m1/batching: {"size":1,"windowSeconds":0} -> {"size":10,"windowSeconds":0}'],
    savesUsd: 27.38,
  },
  {
    rule: 'lambda-source-concurrency',
    what: 'more than is reserved',
    fires: { configuration: { lambdas: [queueReader({ reservedConcurrency: 7 })] } },
    quiet: {
      configuration: {
        lambdas: [lambdaOf({ reservedConcurrency: 7, eventSources: [eventSourceOf({ maximumConcurrency: 7 })] })],
      },
    },
    changes: ['eventSource/m1/maximumConcurrency: null -> 7'],
  },
  {
    rule: 'queue-visibility',
    what: 'shorter than its reader needs',
    fires: { configuration: { lambdas: [queueReader()], queues: [queueOf({ visibilityTimeoutSeconds: 59 })] } },
    quiet: { configuration: { lambdas: [queueReader()], queues: [queueOf()] } },
    changes: ['visibilityTimeout: 59 -> 60'],
  },
  {
    rule: 'api-throttling',
    what: 'without a limit',
    fires: {
      configuration: { apis: [apiOf({ stages: [{ name: 'prod' }] })] },
      figures: { apis: [apiFigures()] },
    },
    quiet: { configuration: { apis: [apiOf()] }, figures: { apis: [apiFigures()] } },
    changes: ['stage/prod/throttling: null -> {"ratePerSecond":240,"burst":480}'],
  },
  {
    rule: 'api-compression',
    what: 'that sends all as it is',
    fires: { configuration: { apis: [{ ...apiOf(), minimumCompressionBytes: undefined } as never] } },
    quiet: {
      configuration: { apis: [apiOf(), { ...apiOf(), kind: 'http', minimumCompressionBytes: undefined } as never] },
    },
    changes: ['minimumCompressionSize: null -> 1024'],
  },
  {
    rule: 'api-caching',
    what: 'that answers the same again and again',
    fires: { configuration: { apis: [apiOf()] }, bottlenecks: [repeated] },
    quiet: { configuration: { apis: [apiOf()] } },
    changes: ['stage/prod/cacheCluster: null -> "0.5"', 'stage/prod/caching: null -> {"ttlSeconds":60}'],
    savesUsd: -14.6,
  },
  {
    rule: 'table-billing-mode',
    what: 'provisioned and idle',
    fires: { configuration: { tables: [tableOf(provisioned)] }, figures: { tables: [tableFigures()] } },
    quiet: {
      configuration: { tables: [tableOf(provisioned)] },
      figures: { tables: [tableFigures({ consumedReadUnits: 30_000_000, consumedWriteUnits: 10_000_000 })] },
    },
    changes: [
      'capacity: {"mode":"provisioned","units":{"read":500,"write":200},"scaling":{},"indexes":{}} -> {"mode":"on-demand","scaling":{}}',
    ],
    savesUsd: expect.closeTo(141.78, 1),
  },
  {
    rule: 'table-billing-mode',
    what: 'paid by request and steady',
    fires: {
      configuration: { tables: [tableOf()] },
      figures: {
        tables: [
          tableFigures({
            consumedReadUnits: 8_640_000,
            consumedWriteUnits: 8_640_000,
            peakReadUnits: 33_000,
            peakWriteUnits: 33_000,
          }),
        ],
      },
    },
    quiet: {
      configuration: { tables: [tableOf()] },
      // The same in bursts.
      figures: {
        tables: [
          tableFigures({
            consumedReadUnits: 8_640_000,
            consumedWriteUnits: 8_640_000,
            peakReadUnits: 300_000,
            peakWriteUnits: 300_000,
          }),
        ],
      },
    },
    changes: [
      'capacity: {"mode":"on-demand","scaling":{}} -> {"mode":"provisioned","units":{},"scaling":{"read":{"min":40,"max":316,"targetPercent":70},"write":{"min":40,"max":316,"targetPercent":70}},"indexes":{}}',
    ],
    savesUsd: expect.closeTo(107.1, 0),
  },
  {
    rule: 'table-class',
    what: 'much stored and little asked',
    fires: {
      configuration: { tables: [tableOf({ sizeBytes: 2 ** 30 * 200 })] },
      figures: { tables: [tableFigures()] },
    },
    quiet: { configuration: { tables: [tableOf({ sizeBytes: 2 ** 30 * 5 })] }, figures: { tables: [tableFigures()] } },
    changes: ['tableClass: "STANDARD" -> "STANDARD_INFREQUENT_ACCESS"'],
    savesUsd: expect.closeTo(29.9, 1),
  },
  {
    rule: 'table-auto-scaling',
    what: 'provisioned and still',
    fires: {
      configuration: { tables: [tableOf({ ...provisioned, autoScaling: { read: scaled } })] },
      figures: { tables: [tableFigures()] },
    },
    quiet: { configuration: { tables: [tableOf({ ...provisioned, autoScaling: { read: scaled, write: scaled } })] } },
    changes: [
      'capacity: {"mode":"provisioned","units":{"write":200},"scaling":{"read":{"min":1,"max":5,"targetPercent":70}},"indexes":{}} -> {"mode":"provisioned","units":{},"scaling":{"read":{"min":1,"max":5,"targetPercent":70},"write":{"min":1,"max":400,"targetPercent":70}},"indexes":{}}',
    ],
    savesUsd: 94.43,
  },
  {
    rule: 'table-class',
    what: 'changed a month ago',
    fires: {
      configuration: {
        tables: [tableOf({ sizeBytes: 2 ** 30 * 200, tableClassSince: '2025-12-31T00:00:00.000Z' })],
      },
      figures: { tables: [tableFigures()] },
    },
    quiet: {
      configuration: {
        tables: [tableOf({ sizeBytes: 2 ** 30 * 200, tableClassSince: '2026-01-20T00:00:00.000Z' })],
      },
      figures: { tables: [tableFigures()] },
    },
    changes: ['tableClass: "STANDARD" -> "STANDARD_INFREQUENT_ACCESS"'],
    savesUsd: expect.closeTo(29.9, 1),
  },
  {
    rule: 'table-billing-mode',
    what: 'idle, and with indexes whose use nobody tells',
    fires: { configuration: { tables: [tableOf(provisioned)] }, figures: { tables: [tableFigures()] } },
    quiet: {
      configuration: {
        tables: [tableOf({ ...provisioned, indexes: [{ name: 'by-date', provisioned: { read: 5, write: 5 } }] })],
      },
      figures: { tables: [tableFigures()] },
    },
    changes: [
      'capacity: {"mode":"provisioned","units":{"read":500,"write":200},"scaling":{},"indexes":{}} -> {"mode":"on-demand","scaling":{}}',
    ],
    savesUsd: expect.closeTo(141.78, 1),
  },
  {
    rule: 'table-hot-partition',
    what: 'throttled while it is idle',
    fires: {
      configuration: { tables: [tableOf(provisioned)] },
      figures: { tables: [tableFigures({ readThrottleEvents: 500, peakReadUnits: 300 * 40 })] },
    },
    quiet: {
      configuration: { tables: [tableOf(provisioned)] },
      figures: { tables: [tableFigures({ readThrottleEvents: 500, peakReadUnits: 300 * 499 })] },
    },
    changes: [],
  },
  {
    rule: 'cache-limits',
    what: 'without bounds',
    fires: {
      configuration: { caches: [{ name: 'sessions', isManaged: true, kind: 'serverless', engine: 'valkey' }] },
      figures: { caches: [cacheFigures()] },
    },
    quiet: { configuration: { caches: [cacheOf()] }, figures: { caches: [cacheFigures()] } },
    changes: ['usageLimits: {"maxDataGb":null,"maxEcpuPerSecond":null} -> {"maxDataGb":3,"maxEcpuPerSecond":2000}'],
  },
  {
    rule: 'cache-limits',
    what: 'throttled at its limit',
    fires: { configuration: { caches: [cacheOf()] }, figures: { caches: [cacheFigures({ throttledCommands: 5 })] } },
    quiet: {
      configuration: { caches: [cacheOf({ kind: 'nodes' })] },
      figures: { caches: [cacheFigures({ throttledCommands: 5 })] },
    },
    changes: ['usageLimits: {"maxDataGb":10,"maxEcpuPerSecond":10000} -> {"maxDataGb":10,"maxEcpuPerSecond":20000}'],
  },
];

const ruleOf = (name: string) => {
  const found = awsRules.find((rule) => rule.name === name);
  if (found === undefined) throw new Error(`no rule is called ${name}`);
  return found;
};
const inWords = (one: Change): string => {
  if (one.kind !== 'aws') throw new Error('no change of AWS');
  return `${one.property}: ${JSON.stringify(one.before)} -> ${JSON.stringify(one.after)}`;
};

describe('what there is to say about AWS resources', () => {
  it('has an example here for each rule', () => {
    expect(new Set(cases.map(({ rule }) => rule))).toEqual(new Set(awsRules.map(({ name }) => name)));
  });

  it.each(cases)('$rule: $what', ({ rule, fires, quiet, changes, savesUsd }) => {
    const findings = examine(ruleOf(rule), fires);
    expect(findings).toHaveLength(1);
    expect(findings[0]?.changes.map(inWords)).toEqual(changes);
    expect(findings[0]?.savesUsdPerMonth).toEqual(savesUsd);
    expect(examine(ruleOf(rule), quiet)).toEqual([]);
  });

  it.each(cases)('$rule, $what, says what it costs before and after, and by which prices', ({ rule, fires }) => {
    for (const { costUsdPerMonth, savesUsdPerMonth = 0, costSource } of examine(ruleOf(rule), fires)) {
      if (costUsdPerMonth === undefined) continue;
      const { before, after } = costUsdPerMonth;
      expect(before - after).toBeCloseTo(savesUsdPerMonth, 1);
      expect(costSource).toMatch(/^List prices of us-east-1 as of \d{4}-\d{2}, /);
    }
  });

  it('has costs wherever a change has its price', () => {
    const priced = cases.filter(({ rule, fires }) => examine(ruleOf(rule), fires)[0]?.costUsdPerMonth !== undefined);
    expect([...new Set(priced.map(({ rule }) => rule))].toSorted()).toEqual([
      'api-caching',
      'lambda-batching',
      'lambda-memory',
      'lambda-provisioned-concurrency',
      'table-auto-scaling',
      'table-billing-mode',
      'table-class',
    ]);
  });

  it.each(cases)('$rule, $what, is a proposal that can be shown, and changes that can be made', (one) => {
    for (const proposal of proposalsOf(ruleOf(one.rule), one.fires)) {
      for (const each of proposal.changes) {
        expect(change.parse(each)).toEqual(each);
        if (each.kind !== 'aws') continue;
        const { property } = findProperty(each);
        expect(property.value.safeParse(each.before).success, inWords(each)).toBe(true);
        expect(property.value.safeParse(each.after).success, inWords(each)).toBe(true);
      }
    }
  });

  it('is nothing about resources that are as they should be', () => {
    const configuration = {
      lambdas: [queueReader()],
      apis: [apiOf()],
      tables: [tableOf()],
      queues: [queueOf()],
      caches: [cacheOf()],
    };
    const figures = {
      ...busy,
      apis: [apiFigures()],
      tables: [tableFigures()],
      caches: [cacheFigures()],
    };
    for (const rule of awsRules) {
      expect(examine(rule, { configuration, figures }), rule.name).toEqual([]);
      expect(examine(rule, { configuration }), `${rule.name}, nothing measured`).toEqual([]);
    }
  });

  it('stays advice, and says how, where the tag is missing', () => {
    const lambda = lambdaOf({ isManaged: false, reports: reports({ maxMemoryUsedMb: 480 }) });
    const [proposal] = proposalsOf(ruleOf('lambda-memory'), { configuration: { lambdas: [lambda] } });
    expect(proposal?.changes).toEqual([]);
    expect(proposal?.description).toMatch(/once orders has the tag headroom:managed=true\.$/);
  });

  it('stays advice, and says how, where callers come by an alias of a published version', () => {
    const full = { reports: reports({ maxMemoryUsedMb: 480 }) };
    const planned = (lambda: object) =>
      proposalsOf(ruleOf('lambda-memory'), {
        configuration: { lambdas: [lambdaOf(lambda)] },
      });
    const [proposal] = planned({ ...full, aliases: [{ name: 'live', version: '3' }] });
    expect(proposal).toMatchObject({ changes: [], description: expect.stringContaining('publish one with it') });
    expect(planned({ ...full, aliases: [{ name: 'live', version: '$LATEST' }] })[0]?.changes).toHaveLength(1);
  });

  it('takes the memory that a sweep has found, with what it measured, and does not go by the log any more', () => {
    const point = (memoryMb: number, meanDurationMs: number, usdPerMillion: number) => ({
      memoryMb,
      invocations: 19,
      coldStarts: 1,
      meanDurationMs,
      durationMs: { low: meanDurationMs - 1, high: meanDurationMs + 1 },
      usdPerMillion,
      costUsd: { low: usdPerMillion, high: usdPerMillion },
      maxMemoryUsedMb: 100,
    });
    const swept = {
      curve: [point(256, 400, 1.7), point(512, 200, 1.7), point(1_024, 100, 1.7), point(1_769, 90, 2.6)],
      balanced: { memoryMb: 1_024, reason: 'Beyond 1024 MB more memory brings little speed.' },
      from: '2026-01-30T12:00:00.000Z',
      to: '2026-01-30T12:10:00.000Z',
    };
    const planned = (lambda: Parameters<typeof lambdaOf>[0]) =>
      awsModule(ruleOf('lambda-memory')).plan(
        situationOf({
          aws: awsConfiguration({ lambdas: [lambdaOf(lambda)] }),
          awsFigures: awsFigures(busy),
          memorySweeps: new Map([['orders', swept]]),
        }),
      );
    // By the log it is half empty.
    const [proposal] = planned({ memoryMb: 512, reports: reports({ maxMemoryUsedMb: 100 }) });
    expect(proposal?.changes.map(inWords)).toEqual(['memorySize: 512 -> 1024']);
    expect(proposal).toMatchObject({ expectedImpactPercent: 50, savesUsdPerMonth: 0 });
    expect(planned({ memoryMb: 1_024, reports: reports({ memoryMb: 1_024, maxMemoryUsedMb: 100 }) })).toEqual([]);
    // Of a size that was not measured nothing is known.
    expect(planned({ memoryMb: 600 })).toEqual([]);
    const [full] = planned({ memoryMb: 512, reports: reports({ maxMemoryUsedMb: 500 }) });
    expect(full?.changes.map(inWords)).toEqual(['memorySize: 512 -> 704']);
  });

  it('waits until all that is measured is younger than the last change of the same', () => {
    const lambda = lambdaOf({ reservedConcurrency: 10 });
    const figures = awsFigures({ lambdas: [lambdaFigures({ throttles: 50_000 })] });
    const planned = (changedAt: number) =>
      awsModule(ruleOf('lambda-reserved-concurrency')).plan(
        situationOf({
          aws: awsConfiguration({ lambdas: [lambda] }),
          awsFigures: figures,
          placesChangedAt: new Map([['aws lambda orders reservedConcurrency', changedAt]]),
        }),
      );
    expect(planned(Date.parse(figures.from) - 1)).toHaveLength(1);
    expect(planned(Date.parse(figures.from))).toEqual([]);
  });

  it('names what could not be read, so that it does not look as if there were nothing to do', () => {
    const module = awsModules.find(({ name }) => name === 'unread-resources');
    const problems = ['lambda:ListTags: AccessDeniedException (orders).'];
    expect(proposalsOf(module, { configuration: { problems } }).map(({ description }) => description)).toEqual([
      'For what could not be read nothing is planned. lambda:ListTags: AccessDeniedException (orders).',
    ]);
    expect(proposalsOf(module, { configuration: {} })).toEqual([]);
  });

  it('names what is not tagged, once for the project', () => {
    const module = awsModules.find(({ name }) => name === 'untagged-resources');
    const configuration = awsConfiguration({ lambdas: [lambdaOf({ isManaged: false })], queues: [queueOf()] });
    expect(proposalsOf(module, { configuration }).map(({ description }) => description)).toEqual([
      expect.stringMatching(/^1 of 2 resources do not have the tag headroom:managed=true.*: orders\./),
    ]);
    expect(proposalsOf(module, { configuration: { queues: [queueOf()] } })).toEqual([]);
  });
});
