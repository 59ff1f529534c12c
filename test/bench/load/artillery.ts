import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { createRequire } from 'node:module';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { runCommand } from './command.ts';
import type { Load, LoadFigures } from './generator.ts';

const command = join(dirname(createRequire(import.meta.url).resolve('artillery/package.json')), 'bin/run');

/** About what Artillery manages on one core: it is given a number of requests, not a time. */
const REQUESTS_A_SECOND = 1_500;

/** What Artillery is told by a file, as far as the benches use it. */
export interface Script {
  target: string;
  /** Each of them makes its requests one after the other, on a connection of its own. */
  users: number;
  requestsEach: number;
  /** As in a flow of Artillery. */
  request: object;
}

export interface ArtilleryFigures extends LoadFigures {
  /** Milliseconds. */
  percentiles: { p50: number; p95: number; p99: number };
}

interface Report {
  aggregate: {
    counters: Record<string, number>;
    summaries: Record<string, { p50: number; p95: number; p99: number }>;
    firstMetricAt: number;
    lastMetricAt: number;
  };
}

/** Runs Artillery's own command. Its start does not count. @throws Error when a request is not answered with a status of 2xx */
export async function runArtillery({ target, users, requestsEach, request }: Script): Promise<ArtilleryFigures> {
  const script = {
    config: { target, phases: [{ duration: 1, arrivalCount: users }] },
    scenarios: [{ flow: [{ loop: [request], count: requestsEach }] }],
  };
  const folder = await mkdtemp(join(tmpdir(), 'headroom-bench-'));
  try {
    const [scriptFile, reportFile] = [join(folder, 'script.json'), join(folder, 'report.json')];
    await writeFile(scriptFile, JSON.stringify(script));
    await runCommand([process.execPath, command, 'run', '--quiet', '--output', reportFile, scriptFile], {
      ARTILLERY_DISABLE_TELEMETRY: 'true',
    });
    const { aggregate }: Report = JSON.parse(await readFile(reportFile, 'utf8'));
    const codes = Object.entries(aggregate.counters).filter(([name]) => /^http\.codes\.2/.test(name));
    const requests = codes.reduce((sum, [, count]) => sum + count, 0);
    const summary = aggregate.summaries['http.response_time'];
    if (requests !== requestsEach * users || summary === undefined) {
      throw new Error(`Artillery got ${requests} of ${requestsEach * users}: ${JSON.stringify(aggregate.counters)}`);
    }
    const seconds = (aggregate.lastMetricAt - aggregate.firstMetricAt) / 1_000;
    return { requests, seconds, percentiles: { p50: summary.p50, p95: summary.p95, p99: summary.p99 } };
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}

export const artillery = ({ url, connections, seconds }: Load): Promise<LoadFigures> =>
  runArtillery({
    target: url,
    users: connections,
    requestsEach: Math.ceil((seconds * REQUESTS_A_SECOND) / connections),
    request: { get: { url: '/items/17' } },
  });
