import type { MessageOf } from '../../../lib/contracts/messages.ts';
import type { WorkerServices } from '../../../lib/load/worker.ts';

const script = `
config: { phases: [{ duration: 0.2, arrivalCount: 3 }], plugins: { expect: {} } }
scenarios:
  - flow:
      - get: { url: /a, capture: { selector: a, attr: href, as: a, strict: false }, expect: { statusCode: 200 } }
`;

/** In place of a shard's work: plays a script on 127.0.0.1 and the port of `HEADROOM_TEST_PORT`, and prints its outcome. */
export async function workOnShard(
  _: unknown,
  { play }: WorkerServices,
  { project, testId, shard }: MessageOf<'load-scripts'>,
): Promise<void> {
  const place = { hostname: '127.0.0.1', port: Number(process.env.HEADROOM_TEST_PORT), basePath: '' };
  const target = { ...place, protocol: 'http:' as const, addresses: ['127.0.0.1'], project };
  const { outcome } = play(
    {
      run: { testId, targets: [target], model: 'open', workers: 1, intervalSeconds: 1 },
      traffic: { scenarios: [], thinkTimeMs: 0, timeoutMs: 1000, script },
      step: { index: 0, part: 'artillery', level: 15, stages: [], holdFromSeconds: 0, holdSeconds: 1, target: 0 },
      ...{ shard, fromMs: 0, places: {} },
    },
    {
      startAtEpochMs: Date.now() + 1000,
      addresses: () => ['127.0.0.1'],
      address: () => '127.0.0.1',
      onInterval: () => {},
    },
  );
  process.stdout.write(`outcome ${JSON.stringify(await outcome)}\n`);
}
