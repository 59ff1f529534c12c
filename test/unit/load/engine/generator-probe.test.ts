import { expect, it } from 'vitest';
import { GeneratorProbe } from '../../../../lib/load/engine/generator-probe.ts';

/** Blocks the event loop, as nothing in an engine should. */
function spin(ms: number): void {
  const end = performance.now() + ms;
  while (performance.now() < end);
}

it('reads how busy the generator was since the last reading', () => {
  const probe = new GeneratorProbe();
  spin(80);
  const busy = probe.read();
  expect(busy.eventLoopUtilizationPercent).toBeGreaterThan(90);
  expect(busy.cpuPercent).toBeGreaterThan(0);
});

it('takes no instant for an interval: the last interval of a test may last for less than a millisecond', async () => {
  const probe = new GeneratorProbe();
  await new Promise((resolve) => setTimeout(resolve, 120));
  const idle = probe.read();
  expect(idle.eventLoopUtilizationPercent).toBeLessThan(60);
  const readAt = performance.now();
  spin(5);
  const again = probe.read();
  // Unless the machine stood still meanwhile.
  if (performance.now() - readAt < 50) expect(again).toEqual(idle);
});
