import { latencies } from './api/latencies.ts';
import { benchOptions } from './frame/options.ts';
import { runBench } from './frame/run-bench.ts';

/** `npm run bench:api`: Headroom's own API on this machine, as our load engine and as Artillery see it. */
await runBench([latencies], benchOptions('api', [latencies], process.argv.slice(2)), {
  print: (text) => console.log(text),
  progress: (text) => console.error(text),
});
