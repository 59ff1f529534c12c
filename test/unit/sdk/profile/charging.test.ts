import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { type CpuNode, cpuCosts, type RawCpuProfile } from '../../../../lib/sdk/profile/cpu-costs.ts';
import { cpuProfileOf } from '../../../../lib/sdk/profile/cpu-profile.ts';
import { type HeapNode, livingBytes } from '../../../../lib/sdk/profile/living-bytes.ts';
import { growersBetween } from '../../../../lib/sdk/profile/memory-profile.ts';
import { type CallFrame, placeOf } from '../../../../lib/sdk/profile/place.ts';

const ownUrl = new URL('../../../../lib/cache/library/cache.ts', import.meta.url).href;
const frame = (functionName: string, url = 'file:///app/shop.js', lineNumber = 9): CallFrame => ({
  functionName,
  url,
  lineNumber,
  columnNumber: 4,
});
const root = frame('(root)', '');

/** A tree: each entry is a function, its URL, the milliseconds in which it was sampled itself, and what it called. */
type Tree = readonly [name: string, url: string | undefined, ms: number, ...called: Tree[]];

function profileOf(...trees: Tree[]): RawCpuProfile {
  const nodes: CpuNode[] = [];
  const samples: number[] = [];
  const add = ([name, url, ms, ...called]: Tree): number => {
    const id = nodes.length + 1;
    const children: number[] = [];
    nodes.push({ id, callFrame: name === '(root)' ? root : frame(name, url), children });
    for (let sample = 0; sample < ms; sample++) samples.push(id);
    children.push(...called.map(add));
    return id;
  };
  add(['(root)', '', 0, ...trees]);
  // The last sample has no end.
  return { nodes, samples: [...samples, 1], timeDeltas: [0, ...samples.map(() => 1_000)] };
}

const figures = (profile: RawCpuProfile) =>
  Object.fromEntries(cpuCosts(profile).places.map((each) => [each.frame.functionName, [each.selfUs, each.totalUs]]));

describe('The cost of CPU', () => {
  it('of Node, V8 and Headroom is that of the function which called them', () => {
    const profile = profileOf([
      'handle',
      undefined,
      1,
      ['parse', '', 2],
      ['get', ownUrl, 3, ['readSync', 'node:fs', 4, ['load', undefined, 5]]],
    ]);
    expect(figures(profile)).toEqual({ handle: [10_000, 15_000], load: [5_000, 5_000] });
  });

  it('is told in groups where the service called nothing', () => {
    const profile = profileOf(
      ['processTimers', 'node:timers', 1, ['flush', ownUrl, 2]],
      ['emit', 'node:events', 3],
      ['(program)', '', 4],
    );
    expect(figures(profile)).toEqual({
      '(node)': [4_000, 4_000],
      '(headroom)': [2_000, 2_000],
      '(v8)': [4_000, 4_000],
    });
  });

  it('of recursion counts once', () => {
    const deepest: Tree = ['walk', undefined, 2, ['visit', undefined, 1]];
    const profile = profileOf(['walk', undefined, 1, ['visit', undefined, 1, deepest]]);
    expect(figures(profile)).toEqual({ walk: [3_000, 5_000], visit: [2_000, 4_000] });
  });

  it('knows idle time and garbage collection from work', () => {
    const { idlePercent, garbageCollectionPercent, functions, durationMs } = cpuProfileOf(
      profileOf(['(idle)', '', 60], ['(garbage collector)', '', 10], ['work', undefined, 30]),
    );
    expect([durationMs, idlePercent, garbageCollectionPercent]).toEqual([100, 60, 25]);
    expect(functions).toMatchObject([{ function: 'work', selfPercent: 75, totalPercent: 75, selfMs: 30 }]);
    expect(cpuProfileOf({ nodes: [] })).toMatchObject({ durationMs: 0, idlePercent: 0, functions: [] });
  });

  it('adds up, whatever calls what', () => {
    const url = fc.constantFrom(undefined, '', 'node:fs', ownUrl);
    const name = fc.constantFrom('a', 'b', 'c');
    const { tree } = fc.letrec<{ tree: Tree; leaf: Tree; branch: Tree }>((tie) => ({
      tree: fc.oneof({ maxDepth: 5 }, tie('leaf'), tie('branch')),
      leaf: fc.tuple(name, url, fc.nat(3)),
      branch: fc
        .tuple(name, url, fc.nat(3), fc.array(tie('tree'), { maxLength: 3 }))
        .map(([each, at, ms, called]): Tree => [each, at, ms, ...called]),
    }));
    fc.assert(
      fc.property(tree, (calls) => {
        const profile = profileOf(calls);
        const { places, busyUs } = cpuCosts(profile);
        expect(places.reduce((sum, { selfUs }) => sum + selfUs, 0)).toBe(busyUs);
        for (const { selfUs, totalUs } of places) {
          expect(totalUs).toBeGreaterThanOrEqual(selfUs);
          expect(totalUs).toBeLessThanOrEqual(busyUs);
        }
      }),
    );
  });
});

describe('Memory that grows', () => {
  const node = (callFrame: CallFrame, selfSize: number, ...children: HeapNode[]): HeapNode => ({
    callFrame,
    selfSize,
    children,
  });
  const native = (name: string) => frame(name, '');

  it('is that of the function which called Node, V8 or Headroom, with those that called it', () => {
    const head = node(root, 0, node(frame('serve'), 10, node(frame('keep'), 5, node(native('push'), 100))));
    const places = livingBytes(head);
    expect([...places.values()].map(({ frame: { functionName }, bytes }) => [functionName, bytes])).toEqual([
      ['serve', 10],
      ['keep', 105],
    ]);
    expect([...places.values()].map(({ callers }) => callers.map((each) => each.functionName))).toEqual([
      [],
      ['serve'],
    ]);
  });

  it('is told largest first, without what shrank, and in all with it', () => {
    const before = livingBytes(
      node(root, 0, node(frame('cache'), 500), node(frame('gone'), 50), node(frame('leak', undefined, 20), 10)),
    );
    const after = livingBytes(
      node(root, 0, node(frame('cache'), 400), node(frame('leak', undefined, 20), 210), node(frame('new'), 100)),
    );
    const { grownBytes, growers } = growersBetween(before, after);
    expect(grownBytes).toBe(150);
    expect(growers).toEqual([
      expect.objectContaining({ function: 'leak', line: 21, column: 5, file: '/app/shop.js', grownBytes: 200 }),
      expect.objectContaining({ function: 'new', bytesBefore: 0, bytesAfter: 100 }),
    ]);
    expect(growers.map(({ percent }) => Math.round(percent))).toEqual([67, 33]);
  });

  it('shows ten functions at most', () => {
    const head = node(root, 0, ...Array.from({ length: 15 }, (_, at) => node(frame(`f${at}`), at + 1)));
    const { growers } = growersBetween(new Map(), livingBytes(head));
    expect(growers.map(({ grownBytes }) => grownBytes)).toEqual([15, 14, 13, 12, 11, 10, 9, 8, 7, 6]);
  });
});

it('names what has no name', () => {
  const at = (lineNumber: number, columnNumber: number) => placeOf({ ...frame(''), lineNumber, columnNumber }).function;
  expect([at(0, 0), at(3, 7), placeOf(frame('(v8)', '')).file]).toEqual(['(module)', '(anonymous)', undefined]);
});
