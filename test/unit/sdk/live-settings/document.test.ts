import { expect, it } from 'vitest';
import { understand } from '../../../../lib/sdk/live-settings/document.ts';

const known = { compression: { aboveBytes: 10 } };

it('ignores what a newer Headroom sets field by field, and of lists entry by entry', () => {
  const given = {
    settings: {
      ...known,
      teleportation: { to: 'Mars' },
      concurrency: { maxRequests: 5, kindly: true },
      pools: [
        { pool: 'main', size: 5 },
        { pool: 'other', size: 5, growth: 'slow' },
      ],
      __proto__: 1,
    },
    shape: 'new',
  };
  expect(understand(given)).toEqual({
    settings: { ...known, pools: [{ pool: 'main', size: 5 }] },
    ignored: ['teleportation', 'concurrency', 'pools'],
    experiment: undefined,
  });
});

it('follows no experiment of which it does not understand all', () => {
  const experiment = {
    id: 'one',
    startsAt: '2026-01-31T02:00:00.000Z',
    sliceSeconds: 10,
    order: 'ab',
    a: {},
    b: known,
  };
  expect(understand({ settings: {}, experiment }).experiment).toEqual(experiment);
  const newer = understand({ settings: known, experiment: { ...experiment, b: { teleportation: 1 } } });
  expect(newer).toEqual({ settings: known, ignored: ['experiment'], experiment: undefined });
});

it.each([undefined, 1, 'text', [], {}, null])('is no document: %j', (given) => {
  expect(() => understand(given)).toThrow(TypeError);
});
