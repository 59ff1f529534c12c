import { execFile } from 'node:child_process';
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { promisify } from 'node:util';
import { build } from 'esbuild';
import { beforeAll, describe, expect, it } from 'vitest';
import type { CpuProfile } from '../../../lib/sdk/profile/cpu-profile.ts';
import type { MemoryProfile } from '../../../lib/sdk/profile/memory-profile.ts';
import { runProgram } from './run-program.ts';

const program = resolve('test/contract/sdk-memory/programs/leaking.ts');

interface Profiled {
  memory: MemoryProfile;
  cpu: CpuProfile;
  second: string;
  raw: string[][];
  shown: string[];
}

let profiled: Profiled;
/** Where the program has this text, as `line:column` of its last character. */
let placeOf: (text: string) => { line: number; column: number };

beforeAll(async () => {
  const { code, stdout, stderr } = await runProgram('leaking.ts');
  expect([code, stderr]).toEqual([0, '']);
  profiled = JSON.parse(stdout);
  const lines = (await readFile(program, 'utf8')).split('\n');
  placeOf = (text) => {
    const line = lines.findIndex((each) => each.includes(text));
    return { line: line + 1, column: (lines[line] ?? '').indexOf(text) + text.length };
  };
});

describe('The profile of memory', () => {
  it('names first, with its line, the function that keeps what it allocates', () => {
    const { growers, grownBytes } = profiled.memory;
    const [first] = growers;
    expect(first).toMatchObject({ function: 'remember', file: program, ...placeOf('function remember(') });
    expect(first?.percent).toBeGreaterThan(80);
    // 400 arrays of 2,000 elements: sampled, so about.
    expect(first?.grownBytes).toBeGreaterThan(0.7 * 400 * 16_000);
    expect(first?.grownBytes).toBeLessThan(1.3 * 400 * 16_000);
    expect(grownBytes).toBeGreaterThan(0.7 * 400 * 16_000);
    expect(first?.callers).toMatchObject([{ function: '(module)', file: program }]);
  });

  it('leaves out what became garbage, and what lived before', () => {
    const { growers, heapUsedMb } = profiled.memory;
    expect(growers.map((each) => each.function)).not.toContain('forget');
    expect(growers.find((each) => each.function === '(module)')?.percent ?? 0).toBeLessThan(10);
    expect(heapUsedMb.after - heapUsedMb.before).toBeGreaterThan(4);
  });
});

describe('The profile of CPU', () => {
  it('names first, with its line and its hottest one, the function that takes the time', () => {
    const { functions, idlePercent, samples } = profiled.cpu;
    const [first] = functions;
    expect(first).toMatchObject({ function: 'search', file: program, ...placeOf('function search(') });
    expect(first?.hottestLine).toBe(placeOf('for (let at = 0').line);
    expect(first?.selfPercent).toBeGreaterThan(50);
    expect(idlePercent).toBeLessThan(20);
    expect(samples).toBeGreaterThan(100);
  });

  it('charges what Node does to who asked for it', () => {
    const encrypt = profiled.cpu.functions.find((each) => each.function === 'encrypt');
    expect(encrypt).toMatchObject(placeOf('const encrypt = ('));
    expect(encrypt?.selfPercent).toBeGreaterThan(1);
  });
});

describe('Profiles', () => {
  it('are one at a time, and say so', () => {
    expect(profiled.second).toMatch(/^ProfileInProgressError: Another profile of this thread is in progress/);
  });

  it('are to be had as Chrome reads them', () => {
    expect(profiled.raw[0]).toEqual(expect.arrayContaining(['nodes', 'samples', 'timeDeltas', 'startTime', 'endTime']));
    expect(profiled.raw[1]).toEqual(expect.arrayContaining(['head', 'samples']));
  });

  it('are shown as tables', () => {
    const [memory, cpu] = profiled.shown;
    expect(memory).toMatch(/^Memory over \d+\.\d s: \d+\.\d MB more live/);
    expect(memory?.split('\n')[2]).toMatch(
      /^ *\d\.\d MB +\d+\.\d % {2}remember .*leaking\.ts:\d+:\d+, called by \(module\)/,
    );
    expect(cpu?.split('\n')[2]).toMatch(/^ *\d+\.\d % +\d+\.\d % {2}search .*leaking\.ts:\d+:\d+, mostly in line \d+$/);
  });

  it('name the lines of the sources, where source maps lead to them', async () => {
    const directory = await mkdtemp(join(tmpdir(), 'headroom-profile-'));
    try {
      const source = join(directory, 'shop.ts');
      const library = resolve('lib/sdk/profile.ts');
      await writeFile(
        source,
        `import { startCpuProfile, startMemoryProfile } from '${library}';
interface Session { readonly id: number }

const kept: unknown[] = [];
export function remember(session: Session): void {
  kept.push(new Array(2_000).fill(session));
}
const memory = await startMemoryProfile();
for (let id = 0; id < 200; id++) remember({ id });
const [grower] = (await memory.stop()).growers;
const cpu = await startCpuProfile();
export function search(found = 0): number {
  for (let at = 0; at < 1e8; at++) if ((at * 7) % 11 === 3) found++;
  return found;
}
const found = search();
const [costly] = (await cpu.stop()).functions;
console.log(JSON.stringify({ grower, costly, found }));
`,
      );
      const outfile = join(directory, 'out', 'shop.mjs');
      const options = { bundle: true, format: 'esm', platform: 'node', target: 'node20' } as const;
      await build({
        ...options,
        entryPoints: [source],
        outfile,
        external: [library],
        minifyWhitespace: true,
        sourcemap: true,
      });
      const run = promisify(execFile);
      const { stdout } = await run(process.execPath, ['--enable-source-maps', '--conditions=headroom-source', outfile]);
      const { grower, costly } = JSON.parse(stdout);
      expect(grower).toMatchObject({ function: 'remember', file: source, line: 5 });
      expect(costly).toMatchObject({ function: 'search', file: source, line: 12 });
    } finally {
      await rm(directory, { recursive: true, force: true });
    }
  });
});
