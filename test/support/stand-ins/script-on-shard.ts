import { startArtillery } from '../../../lib/load/artillery/run.ts';
import { parseScript } from '../../../lib/load/artillery/script.ts';

/** In place of a shard's work: plays a script against 127.0.0.1 and the port of `HEADROOM_TEST_PORT`, and prints its outcome. */
export async function workOnShard(): Promise<void> {
  const target = { protocol: 'http:' as const, hostname: '127.0.0.1', port: Number(process.env.HEADROOM_TEST_PORT) };
  const script = parseScript(
    `
config: { phases: [{ duration: 0.2, arrivalCount: 3 }], plugins: { expect: {} } }
scenarios: [{ flow: [{ get: { url: /a, capture: { selector: a, attr: href, as: a, strict: false }, expect: { statusCode: 200 } } }] }]
`,
    { ...target, basePath: '' },
  );
  const calledAt = performance.now();
  const { outcome } = startArtillery(
    { script, target, worker: 0, workers: 1, intervalMs: 1000, seed: 1 },
    { startAtEpochMs: Date.now(), addresses: () => ['127.0.0.1'], onInterval: () => {} },
  );
  const { metrics, startedLateMs, ...totals } = await outcome;
  const readyMs = startedLateMs;
  process.stdout.write(
    `outcome ${JSON.stringify({ ...totals, readyMs, counters: metrics.counters, tookMs: performance.now() - calledAt })}\n`,
  );
}
