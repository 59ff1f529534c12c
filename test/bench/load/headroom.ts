import { startEngine } from '../../../lib/load/engine/engine.ts';
import type { EnginePlan, EngineRequest, EngineScenario } from '../../../lib/load/engine/plan.ts';
import type { GeneratorModule } from './generator.ts';

const scenario = (weight: number, request: EngineRequest): EngineScenario => ({
  name: request.name,
  weight,
  requests: [request],
  isFlow: false,
  cookies: false,
  thinkTimeMs: 0,
});

/** As users have it: three scenarios by weight, with random values in path, query and body. */
export const scenarios: EngineScenario[] = [
  scenario(60, { name: 'item', method: 'GET', path: '/items/{{random(1,1000)}}' }),
  scenario(30, { name: 'search', method: 'GET', path: '/search', query: { q: '{{randomWord()}}', page: 2 } }),
  scenario(10, { name: 'order', method: 'POST', path: '/orders', body: { id: '{{uuid()}}', quantity: 3 } }),
];

/** A plan that holds one level: users, or arrivals per second. */
export function planFor(
  url: string,
  {
    model,
    level,
    seconds,
    connections,
  }: Pick<EnginePlan, 'model'> & Record<'level' | 'seconds' | 'connections', number>,
): EnginePlan {
  const { protocol, hostname, port } = new URL(url);
  if (protocol !== 'http:' && protocol !== 'https:') throw new Error(`${url} is no target`);
  return {
    target: { protocol, hostname, port: Number(port), rejectUnauthorized: false },
    scenarios,
    model,
    stages: [{ seconds, from: level, to: level }],
    worker: 0,
    workers: 1,
    maxConnections: connections,
    timeoutMs: 10_000,
    intervalMs: 1_000,
    seed: 1,
  };
}

/** The engine as a worker runs it, its sketches packed once a second. */
export const run: GeneratorModule['run'] = async ({ url, connections, seconds }) => {
  const { requests, failed, connectionFailures, elapsedMs } = await startEngine(
    planFor(url, { model: 'closed', level: connections, seconds, connections }),
    {
      startAtEpochMs: Date.now(),
      onInterval: (report) => {
        for (const { responseTime, serviceTime } of Object.values(report.scenarios)) {
          responseTime.toBytes();
          serviceTime.toBytes();
        }
      },
    },
  ).outcome;
  if (failed + connectionFailures > 0)
    throw new Error(`${failed} requests and ${connectionFailures} connections failed`);
  return { requests, seconds: elapsedMs / 1_000 };
};
