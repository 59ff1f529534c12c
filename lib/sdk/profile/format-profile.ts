import type { CpuProfile } from './cpu-profile.ts';
import type { MemoryProfile } from './memory-profile.ts';
import { textOf } from './place.ts';

const percent = (value: number): string => `${value.toFixed(1)} %`;
const seconds = (ms: number): string => `${(ms / 1_000).toFixed(1)} s`;

function size(bytes: number): string {
  const steps = [
    ['MB', 2 ** 20],
    ['KB', 2 ** 10],
  ] as const;
  for (const [unit, one] of steps) if (Math.abs(bytes) >= one) return `${(bytes / one).toFixed(1)} ${unit}`;
  return `${Math.round(bytes)} B`;
}

/** The figures to the right, the last column as it is. */
function table(rows: readonly (readonly string[])[]): string[] {
  const columns = Math.max(...rows.map(({ length }) => length));
  const widths = Array.from({ length: columns }, (_, at) => Math.max(...rows.map((row) => row[at]?.length ?? 0)));
  return rows.map((row) =>
    row.map((cell, at) => (at === columns - 1 ? cell : cell.padStart(widths[at] ?? 0))).join('  '),
  );
}

function memoryLines({ durationMs, grownBytes, heapUsedMb, growers }: MemoryProfile): string[] {
  const { before, after } = heapUsedMb;
  const heap = `the heap went from ${before.toFixed(1)} to ${after.toFixed(1)} MB`;
  return [
    `Memory over ${seconds(durationMs)}: ${size(grownBytes)} more live of what was allocated; ${heap}`,
    ...table([
      ['grown', 'share', 'function'],
      ...growers.map((grower) => {
        const [caller] = grower.callers;
        const by = caller === undefined ? '' : `, called by ${textOf(caller)}`;
        return [size(grower.grownBytes), percent(grower.percent), `${textOf(grower)}${by}`];
      }),
    ]),
  ];
}

function cpuLines({ durationMs, samples, idlePercent, garbageCollectionPercent, functions }: CpuProfile): string[] {
  const shares = `${percent(idlePercent)} of it idle, ${percent(garbageCollectionPercent)} of the rest in garbage collection`;
  return [
    `CPU over ${seconds(durationMs)} (${samples} samples): ${shares}`,
    ...table([
      ['self', 'total', 'function'],
      ...functions.map((each) => {
        const line = each.hottestLine === undefined ? '' : `, mostly in line ${each.hottestLine}`;
        return [percent(each.selfPercent), percent(each.totalPercent), `${textOf(each)}${line}`];
      }),
    ]),
  ];
}

/** For the terminal: a line that sums up, and a table. */
export const formatProfile = (profile: MemoryProfile | CpuProfile): string =>
  (profile.kind === 'memory' ? memoryLines(profile) : cpuLines(profile)).join('\n');
