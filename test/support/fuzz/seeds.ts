import type { Client } from '../../../lib/sdk/client.ts';
import { telemetryAt } from './samples.ts';

/** What is registered, and said of it, in a project of the test. */
export interface Seed {
  project: string;
  /** Stands in every name and text of the project. */
  marker: string;
  /** What it is, and where all that it sends goes. */
  url: string;
}

/** Has the project hold something of everything, as far as work in the background brings it forth. @param alarm has an alarm go off */
export async function seedWork(
  client: Client,
  { project, marker, url }: Seed,
  alarm: (notification: object) => Promise<void>,
): Promise<void> {
  const params = { project };
  await client.call('putProject', {
    params,
    body: { baseUrl: url, description: `${marker} description`, resources: { lambdas: [`${marker}-lambda`] } },
  });
  await alarm(alarmOf(marker));
  await client.call('putChannel', {
    params: { channelId: `for-${project}` },
    body: {
      kind: 'webhook',
      description: `${marker} channel`,
      url: `${url}/${marker}`,
      secret: `${marker}-sixteen-characters`,
      projects: [project],
    },
  });
  await client.call('ingestTelemetry', { params, body: telemetryAt(Date.now(), marker) });
  const { testId } = await client.call('startLoadTest', {
    params,
    body: {
      users: 1,
      durationSeconds: 1,
      rampUpSeconds: 0,
      thinkTimeMs: 100,
      scenarios: [{ name: `${marker} scenario`, path: `/${marker}` }],
    },
  });
  const tasks = [
    await client.call('startTask', { body: { type: 'report', payload: { project } } }),
    await client.call('startTask', {
      body: { type: 'export', payload: { project, metrics: ['requests'], format: 'json' } },
    }),
  ];
  await client.call('startAnalysis', { params, body: { depth: 'quick' } });
  await settled(client, 'getLoadTest', { params: { project, testId } });
  for (const { taskId } of tasks) await settled(client, 'getTask', { params: { taskId } });
  for await (const _ of client.poll(
    'listProjectAlerts',
    { params },
    { until: ({ items }) => items.length > 0, intervalMs },
  ));
}

/** What CloudWatch says when an alarm on the project's function goes off. */
const alarmOf = (marker: string): object => ({
  AlarmName: `${marker} alarm`,
  NewStateValue: 'ALARM',
  NewStateReason: `${marker} reason`,
  StateChangeTime: new Date().toISOString(),
  Trigger: { Dimensions: [{ name: 'FunctionName', value: `${marker}-lambda` }] },
});

/** What needs nobody to work on it, or is left to wait. */
export async function seedSettings(client: Client, { project, marker, url }: Seed): Promise<void> {
  const params = { project };
  const load = { users: 1, durationSeconds: 1 };
  await client.call('putSchedule', {
    params,
    body: { entries: [{ id: `${marker}-entry`, kind: 'daily', cron: '0 2 * * *' }] },
  });
  await client.call('createSilence', {
    body: { matchers: { project }, endsAt: new Date(Date.now() + 86_400_000).toISOString(), why: `${marker} silence` },
  });
  await client.call('registerDatabase', {
    params: { project, name: 'kept' },
    body: { system: 'sqlite', path: `/${marker}/nowhere.sqlite` },
  });
  await client.exchange('putCacheEntry', {
    params: { namespace: project, key: 'kept' },
    headers: { 'headroom-tags': `${marker}-tag` },
    body: { bytes: Buffer.from(`${marker} value`), contentType: 'text/plain' },
  });
  await client.call('startLoadTest', { params, body: load });
  await client.call('startCheck', { params, body: { loadTest: load } });
  await client.call('startTask', { body: { type: 'report', payload: { project } } });
  await client.call('startOptimizationRun', { params, body: { approve: 'manual', verify: { mode: 'none' } } });
  await client.call('startComparison', {
    body: {
      configurations: [
        { name: `${marker} a`, project },
        { name: `${marker} b`, project, baseUrl: url },
      ],
      users: 1,
      durationSeconds: 10,
    },
  });
}

const intervalMs = 100;
const ended: ReadonlySet<string> = new Set(['completed', 'failed', 'cancelled']);

async function settled(client: Client, operation: 'getLoadTest' | 'getTask', request: object): Promise<void> {
  const until = (answer: object) => 'status' in answer && ended.has(String(answer.status));
  for await (const _ of client.poll(operation, request as never, { until, intervalMs }));
}
