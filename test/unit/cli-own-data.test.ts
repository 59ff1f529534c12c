import { execFile } from 'node:child_process';
import { mkdtemp, rm, stat, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { promisify } from 'node:util';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { runInProcess } from '../support/cli-in-process.ts';
import { begin } from '../support/cli-process.ts';
import { pairsFile } from '../support/own-data.ts';
import { cisco, ciscoFit } from './statistics/cisco.ts';

let directory = '';
beforeAll(async () => {
  directory = await mkdtemp(join(tmpdir(), 'headroom-own-data-'));
});
afterAll(() => rm(directory, { recursive: true }));

const run = (...args: string[]) => runInProcess(args, directory);
const fileOf = async (name: string, content: string): Promise<string> => {
  await writeFile(join(directory, name), content);
  return name;
};
const csv = (header: string, rows: readonly (readonly unknown[])[]): string =>
  [header, ...rows.map((row) => row.join(','))].join('\n');

describe('headroom capacity', () => {
  const ciscoFile = csv(
    'users,throughput',
    cisco.map(({ users, throughput }) => [users, throughput]),
  );

  it('fits what was published of the Cisco data, as plain least squares', async () => {
    const { code, out, err } = await run('capacity', await fileOf('cisco.csv', ciscoFile), '--json');
    expect({ code, err }).toEqual({ code: 0, err: '' });
    const found = JSON.parse(out);
    for (const [name, value] of Object.entries(ciscoFit)) expect(Math.abs(found[name] / value - 1)).toBeLessThan(0.001);
    expect(found).toMatchObject({
      fitted: true,
      residuals: 'absolute',
      peak: 'extrapolated',
      testedUsers: 32,
      reachUsers: 48,
    });
    expect(found.interval.maxUsers.low).toBeLessThan(found.maxUsers);
    expect(found.points[0].modelled * (1 + found.points[0].differencePercent / 100)).toBeCloseTo(955.16, 6);
  });

  it('says in words first where throughput peaks, plots it, and says how far to believe it', async () => {
    const { code, out } = await run('capacity', await fileOf('cisco.csv', ciscoFile), '--residuals', 'relative');
    expect(code).toBe(0);
    const text = out.replaceAll(/\s+/g, ' ');
    expect(text).toMatch(
      /^By the curve, throughput peaks at about 3\d users \(95 % interval \d+ to \d+\) with 12,\d+ requests\/s; at most 32 users were tested\. /,
    );
    expect(out).toMatch(/●.*━/);
    expect(text).toContain(
      'It says something up to 48 users, 1.5 times the most that were tested, and nothing beyond.',
    );
    expect(text).toMatch(/sees the knee at 1\d users/);
  });

  it('says of a service that nothing waits in that nothing does', async () => {
    const rows = [1, 2, 4, 8, 16].map((users) => `${users},${100 * users}`);
    const { out } = await run('capacity', await fileOf('linear.csv', rows.join('\n')));
    expect(out.replaceAll(/\s+/g, ' ')).toContain('With 16 users, a request takes as long as with one: nothing waits');
  });

  it('claims no curve where there is none to claim, which is no failure', async () => {
    const { code, out } = await run('capacity', await fileOf('few.csv', '1,100\n2,190\n4,300\n'), '--json');
    expect(code).toBe(0);
    expect(JSON.parse(out)).toMatchObject({ fitted: false, reason: 'too-few-loads' });
    const told = await run('capacity', 'few.csv');
    expect(told.out.replaceAll(/\s+/g, ' ')).toMatch(
      /^No curve is claimed: 3 different loads were tested: a curve of three parameters needs 4\. /,
    );
  });
});

describe('headroom judge', () => {
  it('keeps what is faster, with its figures, a plot and exit code 0', async () => {
    const { code, out } = await run('judge', await fileOf('faster.csv', pairsFile({ gain: 0.1 })), '--gate');
    expect(code).toBe(0);
    expect(out.replaceAll(/\s+/g, ' ')).toMatch(
      /^Keep: b takes (9|10)\.?\d* % less than a \(95 % interval of the improvement \d\.?\d* to 1\d\.?\d* %, 120 pairs of 6 workers\); a gain of more than 3 % is shown\. /,
    );
    expect(out).toMatch(/●/);
    expect(out).toMatch(/┈/);
    expect(out).toMatch(/p50 +p95 +mean/);
    expect(out).toMatch(/Mann-Whitney p [<=] /);
  });

  it('exits with 1 at its gate when the change is not kept, and only there', async () => {
    await fileOf('same.csv', pairsFile({ gain: 0 }));
    const gate = await run('judge', 'same.csv', '--gate', '--json');
    const plain = await run('judge', 'same.csv');
    expect([gate.code, plain.code]).toEqual([1, 0]);
    const found = JSON.parse(gate.out);
    expect(found).toMatchObject({ verdict: 'reject', ground: 'no-gain', pairs: 120, workers: 6, marginPercent: 3 });
    expect(found.a.p95).toBeGreaterThan(found.a.p50);
    expect(plain.out).toMatch(/^Reject: b takes .* can be\s+ruled out\./s);
  });

  it('says of sides that are the same that they are', async () => {
    const rows = Array.from({ length: 12 }, (_, index) => `w${index % 3},${100 + index},${100 + index}`);
    const { out } = await run('judge', await fileOf('identical.csv', rows.join('\n')));
    expect(out.replaceAll(/\s+/g, ' ')).toMatch(/^Reject: b takes as long as a \(95 %/);
  });

  it('does not tell of what is unsettled, or of too few pairs, as if it were known', async () => {
    const { code, out } = await run('judge', await fileOf('few.csv', 'w,100,50\nw,110,56\n'), '--json');
    expect(code).toBe(0);
    expect(JSON.parse(out)).toMatchObject({ verdict: 'inconclusive', ground: 'too-few-pairs', pairs: 2 });
  });
});

describe('A command on own data', () => {
  it.each([
    ['capacity', 'users,throughput\n1,2\n2,x\n', 'own.csv, line 3: throughput is no number: "x".\n'],
    ['judge', 'worker,a,b\nw,1,0\n', 'own.csv, line 2: b is not above 0: "0".\n'],
  ])('exits with 2 and says what is wrong: %s', async (command, content, said) => {
    const { code, out, err } = await run(command, await fileOf('own.csv', content));
    expect({ code, out, err }).toEqual({ code: 2, out: '', err: said });
  });

  it('says which file cannot be read, or written', async () => {
    const missing = await run('capacity', 'none.csv');
    expect(missing).toMatchObject({ code: 2, out: '' });
    expect(missing.err).toMatch(/^none\.csv cannot be read: there is no such file\.$/m);
    await fileOf('pairs.csv', pairsFile({ gain: 0 }));
    const unwritten = await run('judge', 'pairs.csv', '--json', '--html', 'nowhere/page.html');
    expect(unwritten.code).toBe(2);
    expect(unwritten.err).toMatch(/^The page cannot be written to .*nowhere/);
  });

  it('prints all of a long answer into a pipe, as a process, and none of an error where the pipe is closed', async () => {
    const rows = Array.from({ length: 5000 }, (_, index) => `${1 + (index % 50)},${index % 50}1`);
    await fileOf('long.csv', rows.join('\n'));
    // Of the shell's making: what this process would give a child to write into takes all at once.
    const pipe = ['-c', '"$0" "$1" capacity long.csv --json | cat', process.execPath, resolve('bin/headroom.ts')];
    const { stdout } = await promisify(execFile)('sh', pipe, { cwd: directory, maxBuffer: 1e7 });
    expect(JSON.parse(stdout).points).toHaveLength(5000);
    const closed = begin(['judge', '-', '--gate'], {}, directory);
    closed.child.stdout?.destroy();
    closed.child.stdin?.end(pairsFile({ gain: 0 }));
    expect(await closed.ended).toMatchObject({ code: 1, err: '' });
  });

  it('reads standard input, and keeps --json alone on standard output beside a page, as a process', async () => {
    const { child, ended } = begin(['judge', '-', '--json', '--html', 'page.html'], {}, directory);
    child.stdin?.end(pairsFile({ gain: 0.1 }));
    const { code, out } = await ended;
    expect(code).toBe(0);
    expect(JSON.parse(out)).toMatchObject({ verdict: 'keep' });
    expect((await stat(join(directory, 'page.html'))).size).toBeGreaterThan(50_000);
  });
});
