import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { createRequire } from 'node:module';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { runCommand } from './command.ts';
import type { Load, LoadFigures } from './generator.ts';

const command = join(dirname(createRequire(import.meta.url).resolve('artillery/package.json')), 'bin/run');

/** About what Artillery manages on one core: it is given a number of requests, not a time. */
const REQUESTS_A_SECOND = 1_500;

interface Report {
  aggregate: { counters: Record<string, number>; firstMetricAt: number; lastMetricAt: number };
}

/** Artillery's own command: as many of its virtual users as there are connections, each in a loop. Its start does not count. */
export async function artillery({ url, connections, seconds }: Load): Promise<LoadFigures> {
  const count = Math.ceil((seconds * REQUESTS_A_SECOND) / connections);
  const script = {
    config: { target: url, phases: [{ duration: 1, arrivalCount: connections }] },
    scenarios: [{ flow: [{ loop: [{ get: { url: '/items/17' } }], count }] }],
  };
  const folder = await mkdtemp(join(tmpdir(), 'headroom-bench-'));
  try {
    const [scriptFile, reportFile] = [join(folder, 'script.json'), join(folder, 'report.json')];
    await writeFile(scriptFile, JSON.stringify(script));
    await runCommand([process.execPath, command, 'run', '--quiet', '--output', reportFile, scriptFile], {
      ARTILLERY_DISABLE_TELEMETRY: 'true',
    });
    const { aggregate }: Report = JSON.parse(await readFile(reportFile, 'utf8'));
    const requests = aggregate.counters['http.codes.200'] ?? 0;
    if (requests !== count * connections)
      throw new Error(`Artillery got ${requests} of ${count * connections} responses`);
    return { requests, seconds: (aggregate.lastMetricAt - aggregate.firstMetricAt) / 1_000 };
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}
