import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { availableParallelism, tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { usableCores } from '../../../../lib/sdk/telemetry/resources/cpu-limit.ts';
import { HandleCount } from '../../../../lib/sdk/telemetry/resources/handle-count.ts';
import { oldSpaceMbOf } from '../../../../lib/sdk/telemetry/resources/heap-limit.ts';

let root = '';

beforeEach(async () => {
  root = await mkdtemp(join(tmpdir(), 'headroom-cgroups-'));
});
afterEach(() => rm(root, { recursive: true, force: true }));

/** A machine with these control groups. */
async function cores(membership: string, files: Record<string, string>): Promise<number> {
  const paths = { membership: join(root, 'membership'), cgroups: root };
  await writeFile(paths.membership, membership);
  for (const [path, text] of Object.entries(files)) {
    await mkdir(dirname(join(root, path)), { recursive: true });
    await writeFile(join(root, path), text);
  }
  return usableCores(paths);
}

describe('The usable cores', () => {
  it.each([
    ['a container that sees only itself', '0::/\n', { 'cpu.max': '50000 100000\n' }, 0.5],
    ['a group within a limited one', '0::/a/b\n', { 'a/cpu.max': '25000 100000', 'a/b/cpu.max': 'max 100000' }, 0.25],
    ['a path of the host that is not there', '0::/kubepods/x\n', { 'cpu.max': '10000 100000' }, 0.1],
    [
      'version 1',
      '5:cpu,cpuacct:/x\n0::/\n',
      { 'cpu/x/cpu.cfs_quota_us': '75000', 'cpu/x/cpu.cfs_period_us': '100000' },
      0.75,
    ],
  ])('are fewer in %s', async (_, membership, files, expected) => {
    expect(await cores(membership, files)).toBe(expected);
  });

  it.each([
    ['nothing is limited', '0::/\n', { 'cpu.max': 'max 100000' }],
    ['version 1 limits nothing', '1:cpu:/\n', { 'cpu/cpu.cfs_quota_us': '-1', 'cpu/cpu.cfs_period_us': '100000' }],
    ['more is allowed than there are', '0::/\n', { 'cpu.max': '99900000 100000' }],
    ['there are no such files', '', {}],
    ['they say something else', 'what\n0::/../..\n', { 'cpu.max': 'soup' }],
  ])('are those of the machine where %s', async (_, membership, files) => {
    expect(await cores(membership, files)).toBe(availableParallelism());
  });
});

describe('The limit of the old space', () => {
  it.each([
    [['--max-old-space-size=64'], 64],
    [['--max-old-space-size=64', '--inspect --max_old_space_size 128'], 128],
    [['', '--max-semi-space-size=16'], undefined],
  ])('is read from %j', (flags, expected) => {
    expect(oldSpaceMbOf(...flags)).toBe(expected);
  });
});

describe('The number of handles', () => {
  it('is counted again only when counting was a ten-thousandth of the time', () => {
    let [now, handles, listed] = [0, 3, 0];
    const list = (): string[] => {
      listed++;
      now += 2;
      return Array.from({ length: handles }, () => 'Timeout');
    };
    const count = new HandleCount(list, () => now);
    expect(count.read()).toBe(3);
    handles = 5;
    now += 19_999;
    expect([count.read(), listed]).toEqual([3, 1]);
    now += 1;
    expect([count.read(), listed]).toEqual([5, 2]);
  });
});
