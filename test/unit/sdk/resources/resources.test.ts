import { closeSync, fsyncSync, mkdirSync, openSync, rmSync, writeSync } from 'node:fs';
import { resolve } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';
import { expect, it } from 'vitest';
import { resourceWindow } from '../../../../lib/contracts/telemetry.ts';
import { monitorResources, type ResourceSample } from '../../../../lib/sdk/memory.ts';
import { ownErrors } from '../../../../lib/sdk/telemetry/own-errors.ts';
import { Resources } from '../../../../lib/sdk/telemetry/resources.ts';

it('tells what was written to disk, and how full it is, from one reading to the next', async () => {
  const resources = new Resources();
  // In the working directory: elsewhere may be memory.
  const directory = resolve('node_modules/.cache');
  mkdirSync(directory, { recursive: true });
  const path = resolve(directory, `written-${process.pid}`);
  resources.read();
  const file = openSync(path, 'w');
  writeSync(file, Buffer.alloc(8 * 2 ** 20, 1));
  fsyncSync(file);
  closeSync(file);
  rmSync(path);
  const { diskWriteMb } = resourceWindow.parse(resources.read());
  expect(diskWriteMb).toBeGreaterThanOrEqual(8);
  expect(diskWriteMb).toBeLessThan(20);
  await expect.poll(() => resources.read().diskUsedPercent).toBeGreaterThan(0);
  const quiet = resourceWindow.parse(resources.read());
  expect(quiet.diskWriteMb).toBeLessThan(8);
  expect(quiet.handles).toBeGreaterThan(0);
  expect(quiet.heapLimitMb).toBeGreaterThan(quiet.heapUsedMb ?? Number.NaN);
  resources.close();
});

it('tells what lives in the heap after a collection, and nothing where there was none', async () => {
  setFlagsFromString('--expose-gc');
  const collect: () => void = runInNewContext('gc');
  const resources = new Resources();
  resources.read();
  expect(resources.read().heapAfterGcMb).toBeUndefined();
  const held = new Array(2 ** 21).fill(1.5);
  collect();
  let afterGcMb: number | undefined;
  await expect.poll(() => (afterGcMb ??= resources.read().heapAfterGcMb)).toBeGreaterThan(16);
  expect(afterGcMb).toBeLessThanOrEqual(resources.read().heapUsedMb ?? 0);
  expect(held).toHaveLength(2 ** 21);
  resources.close();
});

it('leaves out the time in which it was told that the process may be frozen', async () => {
  const resources = new Resources();
  const throughout = new Resources();
  const busy = (ms: number): void => {
    for (const end = performance.now() + ms; performance.now() < end; );
  };
  resources.pause();
  resources.resume();
  for (const each of [resources, throughout]) each.read();
  busy(100);
  resources.pause();
  // As a freeze would, as far as the process can tell: the loop does nothing, and then is late.
  await delay(300);
  resources.resume();
  busy(100);
  const figures = resources.read();
  const all = throughout.read();
  expect(figures.cpuPercent).toBeGreaterThan(1.5 * all.cpuPercent);
  expect(figures.eventLoopUtilizationPercent).toBeGreaterThan(1.5 * (all.eventLoopUtilizationPercent ?? Number.NaN));
  // The window before had none of it: what was late, was late in the pause.
  expect(figures.eventLoopDelayP99Ms).toBe(0);
  for (const each of [resources, throughout]) each.close();
});

it('samples for the service itself until it is stopped, whatever its callbacks do', async () => {
  const errors = ownErrors.count;
  const samples: ResourceSample[] = [];
  await new Promise<void>((enough) => {
    const monitor = monitorResources({
      intervalMs: 10,
      onSample(sample) {
        if (samples.push(sample) < 3) throw new Error('not mine');
        monitor.stop();
        expect(monitor.sample().rssMb).toBeGreaterThan(0);
        enough();
      },
    });
  });
  expect(samples).toHaveLength(3);
  expect(samples[0]?.rssMb).toBeGreaterThan(10);
  expect(ownErrors.count).toBe(errors + 2);
  expect(() => monitorResources({ intervalMs: 1, onSample() {} })).toThrow(RangeError);
});

it('reads figures that are numbers also where no time has passed since the last reading', () => {
  const resources = new Resources();
  resources.pause();
  const readings = [resources.read(), resources.read()];
  resources.close();
  for (const each of readings) expect(resourceWindow.parse(each)).toEqual(each);
});
