import { describe, expect, it } from 'vitest';
import { alertItem, notificationItem } from '../../../lib/alerts/model.ts';
import { analysisItem } from '../../../lib/analysis/model.ts';
import { checkItem } from '../../../lib/checks/model.ts';
import { newestVersions } from '../../../lib/contracts/item-versions.ts';
import { takenLoadTestRequest } from '../../../lib/contracts/load.ts';
import { emptyFold } from '../../../lib/load/fold/fold.ts';
import { foldItem, storeFold } from '../../../lib/load/fold/fold-item.ts';
import { runItem } from '../../../lib/load/model.ts';
import { type ItemType, readValue } from '../../../lib/platform/table/item.ts';

const id = '01JD2V8Q6Y0000000000000000';
const at = '2026-01-31T02:00:00.000Z';
const later = '2026-01-31T02:05:00.000Z';

const alarm = {
  alertId: id,
  subject: 'alarm:shop-errors',
  openedAt: at,
  reason: 'Threshold crossed',
};
const notification = {
  notificationId: id,
  sequence: 3,
  createdAt: at,
  severity: 'high',
  alerts: [
    {
      alertId: id,
      type: 'cloudwatch-alarm',
      subject: 'alarm:shop-errors',
      severity: 'high',
      status: 'open',
      openedAt: at,
      reason: 'Threshold crossed',
      runbook: 'docs/runbook.md#cloudwatch-alarm',
      isReminder: false,
    },
  ],
  remaining: 0,
};
const request = takenLoadTestRequest.parse({ scenarios: [{ name: 'GET /', path: '/' }] });
const target = { protocol: 'http:', hostname: '127.0.0.1', port: 3000, basePath: '', addresses: ['127.0.0.1'] };
const firstRun = {
  testId: id,
  project: 'shop',
  request,
  target,
  workers: 2,
  intervalSeconds: 1,
  status: 'completed',
  phase: 'ended',
  turn: 4,
  createdAt: at,
};
const secondRun = {
  ...readValue(runItem, 1, firstRun),
  targets: [
    { ...target, project: 'shop' },
    { ...target, project: 'shop-next' },
  ],
  requestsAllowed: 500,
};
const check = {
  checkId: id,
  project: 'shop',
  request: {
    loadTest: request,
    limits: { maxP95ResponseTimeMs: 1, minSuccessRatePercent: 1, minScore: 1, objectives: true },
  },
  status: 'passed',
  turn: 3,
  steps: [],
  testId: id,
  analysisId: id,
  createdAt: at,
  deadlineMs: 1,
  breaches: [],
};

const analysis = {
  analysisId: id,
  project: 'shop',
  depth: 'quick',
  createdAt: at,
  from: at,
  to: later,
  performanceScore: 90,
  band: 'excellent',
  coverage: 90,
  analysisDurationSeconds: 0.1,
  categories: {},
  bottlenecks: [],
  optimizationOpportunities: [],
  recommendations: [],
};
const { requestsByTarget: _, ...fold } = storeFold(emptyFold());

/** As items of these versions stood in the table, with what must be true of them since. */
const older: [ItemType<unknown>, version: number, was: object, is: object][] = [
  [alertItem, 1, alarm, { type: 'cloudwatch-alarm', status: 'open', openedAt: at, updatedAt: at }],
  [alertItem, 1, { ...alarm, resolvedAt: later }, { status: 'resolved', resolvedAt: later, resolvedBy: 'headroom' }],
  [notificationItem, 1, notification, { ...notification, channels: [] }],
  [checkItem, 1, check, { kind: 'check', status: 'passed', checkId: id }],
  [runItem, 1, firstRun, { kind: 'basic', status: 'completed', targets: [{ project: 'shop' }], legacy: { request } }],
  [runItem, 1, { ...firstRun, status: 'running', phase: 'running' }, { status: 'failed', phase: 'ended' }],
  [analysisItem, 1, analysis, { status: 'completed', performanceScore: 90 }],
  [foldItem, 1, fold, { requestsByTarget: { 0: 0 } }],
  [runItem, 2, secondRun, { requestsAllowed: { shop: 500, 'shop-next': 500 } }],
];

describe('Items of older versions, when they are read,', () => {
  it.each(
    older.map(([type, version, ...rest]) => [type.name, version, type, ...rest] as const),
  )('%s of version %i are brought up', (_, version, type, was, is) => {
    expect(readValue(type, version, was)).toMatchObject(is);
  });

  it('are here of every kind that has had another shape, but of those that nothing reads any more', () => {
    // Of load tests of the first version: these stand under other keys, and expire.
    const unread = ['LoadInterval 1', 'LoadShard 1'];
    const versions = Object.entries(newestVersions).flatMap(([kind, newest]) =>
      Array.from({ length: newest - 1 }, (_, index) => `${kind} ${index + 1}`),
    );
    const here = older.map(([{ name }, version]) => `${name} ${version}`);
    expect([...new Set([...here, ...unread])].sort()).toEqual(versions.sort());
  });
});
