import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type FeatureId, features } from '../../bin/feature-table.ts';
import { analysisRows } from './features/analysis-rows.ts';
import { cacheRows } from './features/cache-rows.ts';
import { loadRows } from './features/load-rows.ts';
import { platformRows } from './features/platform-rows.ts';
import { sdkRows } from './features/sdk-rows.ts';
import { tellServices } from './features/told-services.ts';
import { type Row, startWorld } from './features/world.ts';

const rows: Record<FeatureId, Row> = {
  ...analysisRows,
  ...cacheRows,
  ...loadRows,
  ...platformRows,
  ...sdkRows,
};

const groups = { A: 15, B: 10, C: 7, D: 10, E: 9 };

describe('what others have, and Headroom has', () => {
  let world: Awaited<ReturnType<typeof startWorld>>;
  beforeAll(async () => {
    world = await startWorld();
    await world.shopTest();
    await tellServices(world);
    // What takes a minute goes on while the first rows are looked at.
    void world.maintainedCache();
    void world.nightRun();
    world.minutePasses();
  });
  afterAll(() => world?.stop());

  it('has a row for each', () => {
    const ids = Object.entries(groups).flatMap(([group, count]) =>
      Array.from({ length: count }, (_, at) => `${group}${at + 1}`),
    );
    expect(features.map(({ id }) => id)).toEqual(ids);
  });

  it.each(features)('$id $there', { timeout: 180_000 }, ({ id }) => rows[id](world));
});
