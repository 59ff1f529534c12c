import { runEngine } from '../../../lib/load/engine/engine.ts';
import type { EnginePlan } from '../../../lib/load/engine/plan.ts';
import type { GeneratorModule } from './generator.ts';

/** As users have it: three scenarios by weight, with random values in path, query and body. */
export const scenarios: EnginePlan['scenarios'] = [
  { name: 'item', method: 'GET', path: '/items/{{random(1,1000)}}', weight: 60 },
  { name: 'search', method: 'GET', path: '/search', query: { q: '{{randomWord()}}', page: 2 }, weight: 30 },
  { name: 'order', method: 'POST', path: '/orders', body: { id: '{{uuid()}}', quantity: 3 }, weight: 10 },
];

export function planFor(url: string, changes: Pick<EnginePlan, 'model' | 'durationSeconds'>): EnginePlan {
  const { protocol, hostname, port } = new URL(url);
  if (protocol !== 'http:' && protocol !== 'https:') throw new Error(`${url} is no target`);
  return {
    target: { protocol, hostname, port: Number(port), rejectUnauthorized: false },
    scenarios,
    rampUpSeconds: 0,
    thinkTimeMs: 0,
    timeoutMs: 10_000,
    intervalMs: 1_000,
    seed: 1,
    ...changes,
  };
}

/** The engine as a worker runs it, its sketches packed once a second. */
export const run: GeneratorModule['run'] = async ({ url, connections, seconds }) => {
  const model = { kind: 'closed', users: connections, firstUser: 0, totalUsers: connections } as const;
  const { requests, failed, connectionFailures, elapsedMs } = await runEngine(
    planFor(url, { model, durationSeconds: seconds }),
    {
      startAtEpochMs: Date.now(),
      onInterval: (report) => {
        for (const { responseTime, serviceTime } of Object.values(report.scenarios)) {
          responseTime.toBytes();
          serviceTime.toBytes();
        }
      },
    },
  );
  if (failed + connectionFailures > 0)
    throw new Error(`${failed} requests and ${connectionFailures} connections failed`);
  return { requests, seconds: elapsedMs / 1_000 };
};
