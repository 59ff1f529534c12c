import { setTimeout as delay } from 'node:timers/promises';
import type { Client } from '../../../lib/sdk/client.ts';
import { startCountingTarget } from '../../support/counting-target.ts';
import { lastOf, registerTarget } from '../../support/load-client.ts';
import { ailing, minuteMs, tell } from './told-services.ts';

export const nightProject = 'a13';

/** What a schedule has a project go through, by itself, within a minute: with a load of two seconds and a limit that nothing keeps. */
export async function nightRun(client: Client, minutePasses: () => void) {
  const params = { project: nightProject };
  const target = await startCountingTarget();
  await tell({ client }, nightProject, [ailing()]);
  await registerTarget(client, nightProject, target.port);
  await client.call('batchCache', { params: { namespace: nightProject }, body: { set: [{ key: 'a', value: 1 }] } });
  const proposed = await client.call('getSchedule', { params });
  const enabled = proposed.entries
    .filter(({ id }) => id === 'daily' || id === 'weekly')
    .map((entry) => ({ ...entry, enabled: true }));
  const due = new Date(Math.ceil((Date.now() + 2_000) / minuteMs) * minuteMs);
  const nightly = {
    id: 'nightly',
    kind: 'daily' as const,
    cron: `${due.getUTCMinutes()} ${due.getUTCHours()} * * *`,
    enabled: true,
    settings: {
      analysisMinutes: 30,
      maxP95ResponseTimeMs: 0.001,
      loadTest: { scenarios: [{ name: 'health', path: '/health' }], users: 2, durationSeconds: 2, rampUpSeconds: 0 },
    },
  };
  const planned = await client.call('putSchedule', { params, body: { entries: [...enabled, nightly] } });
  await delay(due.getTime() - Date.now());
  minutePasses();
  const over = {
    until: ({ items }: { items: { endedAt?: string | undefined }[] }) => items.some(({ endedAt }) => endedAt),
  };
  const { items } = await lastOf(client.poll('listChecks', { params }, { ...over, intervalMs: 1_000 }));
  const run = await client.call('getCheck', { params: { ...params, checkId: items[0]?.checkId ?? '' } });
  if (run.kind !== 'pipeline') throw new Error('It is no run of the pipeline');
  const test = await client.call('getLoadTest', { params: { ...params, testId: run.findings.testId ?? '' } });
  await target.close();
  return { planned, due, run, test, requests: target.total() };
}
