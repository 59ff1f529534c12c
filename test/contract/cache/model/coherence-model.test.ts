import { expect, it } from 'vitest';
import { createdCache } from './created-cache.ts';
import { tryHistories } from './histories.ts';

/** About 1,500 for each set of tiers, others each time; `programs/try-histories.ts` tries as many as one has time for. */
const RUNS = 10_500;

it(`keeps its promises in ${RUNS} random histories of four instances, whatever is slow, gone, emptied, frozen or made anew`, async () => {
  const { seed, runs, figures, failure } = await tryHistories(createdCache, RUNS);
  console.log(`model of the cache: seed ${seed}, ${runs} histories, ${JSON.stringify(figures)}`);
  expect(failure, `seed ${seed}`).toBeUndefined();
  // A cache that serves nothing, acknowledges nothing or counts nothing would keep them too.
  expect(figures.hits).toBeGreaterThan(figures.lookups / 10);
  expect(figures.acknowledged).toBeGreaterThan(RUNS / 2);
  expect(figures.countsCompared).toBeGreaterThan(RUNS / 20);
}, 600_000);
