import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import {
  type Coverage,
  countedByTraces,
  isCountedBefore,
  knownSince,
  noCoverage,
  withMetrics,
  withTraces,
} from '../../../../lib/telemetry/otlp/coverage.ts';
import { noon } from '../../../support/telemetry-batches.ts';

const minute = 60_000;

describe('who counts the requests of an instance', () => {
  it('are its metrics from the beginning where they come first', () => {
    const known = withMetrics(noCoverage, 'server', noon);
    expect(isCountedBefore(known.server, noon)).toBe(false);
    expect(countedByTraces(known.server, noon - 1)).toBe(false);
    expect(countedByTraces(known.client, noon - 1)).toBe(true);
    expect(withTraces(known, 'server', noon + minute)).toBe(known);
  });

  it('are its traces until metrics come, whose first export then says from where they count', () => {
    const traced = withTraces(noCoverage, 'server', noon);
    expect(withTraces(traced, 'server', noon + 5_000)).toBe(traced);
    const both = withMetrics(traced, 'server', noon + minute);
    expect(isCountedBefore(both.server, noon + minute)).toBe(true);
    expect(isCountedBefore(both.server, noon + 2 * minute)).toBe(false);
    expect(countedByTraces(both.server, noon + minute)).toBe(true);
    expect(countedByTraces(both.server, noon + minute + 1)).toBe(false);
  });

  it('are its traces again when metrics have been silent for five minutes, until metrics come back', () => {
    const metered = withMetrics(noCoverage, 'server', noon);
    const late = noon + 5 * minute + 1;
    expect(countedByTraces(metered.server, late)).toBe(true);
    const traced = withTraces(metered, 'server', late);
    expect(traced).not.toBe(metered);
    const back = withMetrics(traced, 'server', late + minute);
    expect(isCountedBefore(back.server, late + minute)).toBe(true);
    expect(countedByTraces(back.server, late + minute + 1)).toBe(false);
  });

  it('is forgotten with what was told by an erasure, for each side by itself', () => {
    const known = withMetrics(withTraces(noCoverage, 'client', noon), 'server', noon + minute);
    expect(knownSince(known, noon - 1)).toEqual(known);
    expect(knownSince(known, noon)).toEqual({ server: known.server, client: {} });
    expect(knownSince(known, noon + minute)).toEqual(noCoverage);
  });

  it('is noted no more often than it has to be', () => {
    const known = withMetrics(noCoverage, 'server', noon);
    expect(withMetrics(known, 'server', noon + minute - 1)).toBe(known);
    expect(withMetrics(known, 'server', noon + minute).server.metrics).toEqual({ from: 0, until: noon + minute });
  });

  it('is one of the two for every request, whenever exports of either come', () => {
    const step = fc.record({
      signal: fc.constantFrom('traces', 'metrics'),
      afterMs: fc.integer({ min: 1, max: 2 * minute }),
    });
    fc.assert(
      fc.property(fc.array(step, { minLength: 1, maxLength: 30 }), (steps) => {
        // A request ends each second, and each signal tells of those since its last export.
        let known: Coverage = noCoverage;
        let now = noon;
        const counted = new Map<number, number>();
        const told = { traces: noon, metrics: noon };
        const add = (from: number, to: number, isCounted: (endMs: number) => boolean) => {
          for (let at = from + 500; at < to; at += 1_000)
            if (isCounted(at)) counted.set(at, (counted.get(at) ?? 0) + 1);
        };
        for (const { signal, afterMs } of steps) {
          now += Math.ceil(afterMs / 1_000) * 1_000;
          if (signal === 'traces') {
            known = withTraces(known, 'server', now);
            add(told.traces, now, (endMs) => countedByTraces(known.server, endMs));
          } else {
            known = withMetrics(known, 'server', now);
            if (!isCountedBefore(known.server, now)) add(told.metrics, now, () => true);
          }
          told[signal] = now;
        }
        expect([...counted.values()].filter((times) => times > 1)).toEqual([]);
      }),
    );
  });
});
