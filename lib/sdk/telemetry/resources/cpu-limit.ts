import { readFileSync } from 'node:fs';
import { availableParallelism } from 'node:os';
import { dirname, join } from 'node:path';

/** Where Linux says what a container may use; elsewhere there is no such thing. */
const linuxPaths = { membership: '/proc/self/cgroup', cgroups: '/sys/fs/cgroup' };
export type CgroupPaths = typeof linuxPaths;

function textOf(path: string): string | undefined {
  try {
    return readFileSync(path, 'utf8').trim();
  } catch {
    return undefined;
  }
}

/** `max 100000`, `50000 100000`: the time it may run in each period, both in microseconds. */
function coresOf(quota: string | undefined, period: string | undefined): number {
  const cores = Number(quota) / Number(period);
  return cores > 0 ? cores : Number.POSITIVE_INFINITY;
}

/** https://docs.kernel.org/admin-guide/cgroup-v2.html#cpu-interface-files */
const versionTwo = (folder: string): number => {
  const [quota, period] = textOf(join(folder, 'cpu.max'))?.split(' ') ?? [];
  return coresOf(quota, period);
};

/** https://docs.kernel.org/scheduler/sched-bwc.html */
const versionOne = (folder: string): number =>
  coresOf(textOf(join(folder, 'cpu.cfs_quota_us')), textOf(join(folder, 'cpu.cfs_period_us')));

/** A group may use no more than any of those that it is in. In a container, the path may be that of the host, which is not there. */
function leastOf(root: string, path: string, coresIn: (folder: string) => number): number {
  let least = coresIn(root);
  for (let group = path; group !== '/' && group !== '.'; group = dirname(group)) {
    least = Math.min(least, coresIn(join(root, group)));
  }
  return least;
}

/** The cores that this process may keep busy: those it may run on, or fewer where its container is limited, for example 0.5. */
export function usableCores(paths: CgroupPaths = linuxPaths): number {
  let least = availableParallelism();
  for (const line of textOf(paths.membership)?.split('\n') ?? []) {
    const [, controllers = '', path = '/'] = /^\d+:([^:]*):(.*)$/.exec(line) ?? [];
    if (controllers === '') least = Math.min(least, leastOf(paths.cgroups, path, versionTwo));
    else if (controllers.split(',').includes('cpu')) {
      least = Math.min(least, leastOf(join(paths.cgroups, 'cpu'), path, versionOne));
    }
  }
  return least;
}
