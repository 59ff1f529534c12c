import { coldHits } from './cache/measures/cold-hits.ts';
import { loaderCalls } from './cache/measures/loader-calls.ts';
import { lostInvalidations } from './cache/measures/lost-invalidations.ts';
import { memoryBytes } from './cache/measures/memory-bytes.ts';
import { patternDelete } from './cache/measures/pattern-delete.ts';
import { redisBytes } from './cache/measures/redis-bytes.ts';
import { redisDown } from './cache/measures/redis-down.ts';
import { tier1Hits, tier1HitsBeforeRedis } from './cache/measures/tier-1-hits.ts';
import { tier2Hits } from './cache/measures/tier-2-hits.ts';
import { benchOptions } from './frame/options.ts';
import { runBench } from './frame/run-bench.ts';

/** `npm run bench:cache`: the cache beside its peers, all in the same run, each in processes of its own. */
const measures = [
  tier1Hits,
  tier1HitsBeforeRedis,
  tier2Hits,
  coldHits,
  loaderCalls,
  lostInvalidations,
  patternDelete,
  redisDown,
  memoryBytes,
  redisBytes,
];

await runBench(measures, benchOptions('cache', measures, process.argv.slice(2)), {
  print: (text) => console.log(text),
  progress: (text) => console.error(text),
});
