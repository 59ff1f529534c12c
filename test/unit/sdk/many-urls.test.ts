import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';
import { describe, expect, it } from 'vitest';
import { telemetryWindow } from '../../../lib/contracts/telemetry.ts';
import { ActiveRequest } from '../../../lib/sdk/telemetry/current-request.ts';
import { Window } from '../../../lib/sdk/telemetry/window.ts';
import { Sketch } from '../../../lib/statistics/sketch.ts';

setFlagsFromString('--expose-gc');
const collectGarbage = runInNewContext('gc') as () => void;
const heapMb = (): number => {
  collectGarbage();
  return process.memoryUsage().heapUsed / 2 ** 20;
};
/** Letters only: they look like a name. */
const word = (i: number): string => i.toString(26).replace(/\d/g, (digit) => 'qrstuvwxyz'.charAt(Number(digit)));

const urls: Record<string, (i: number) => string> = {
  'that look like names': (i) => `/${word(i)}`,
  'with names before and behind': (i) => `/a${word(i)}/x/${word(i * 7)}`,
  'with values': (i) => `/items/${i}`,
  'that are long': (i) => `/${word(i)}?${'x'.repeat(2_000)}`,
  'that are half a query': (i) => `/search?q=${i}`,
};

describe('a million distinct URLs', () => {
  it('take a bounded memory, and each is counted', () => {
    const before = heapMb();
    const window = new Window();
    const kinds = Object.values(urls);
    for (let i = 0; i < 1_000_000; i++) {
      const request = { method: 'GET', url: kinds[i % kinds.length]?.(i) };
      const active = new ActiveRequest(request as ConstructorParameters<typeof ActiveRequest>[0]);
      window.addRequest({ active, status: 200, durationMs: i % 100, requestBytes: 1, responseBytes: 1 });
      active.end();
    }
    expect(heapMb() - before).toBeLessThan(12);
    const { endpoints } = telemetryWindow.parse(window.close(new Window(), undefined));
    expect(endpoints.reduce((sum, { responseTime }) => sum + Sketch.fromBase64(responseTime).count, 0)).toBe(1_000_000);
    expect(endpoints.length).toBeLessThanOrEqual(201);
  });
});
