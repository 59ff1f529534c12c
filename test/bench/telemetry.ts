import { benchOptions } from './frame/options.ts';
import { runBench } from './frame/run-bench.ts';
import { hello } from './telemetry/measures/hello.ts';
import { ingest } from './telemetry/measures/ingest.ts';
import { ordinary } from './telemetry/measures/ordinary.ts';

/** `npm run bench:telemetry`: what it costs a service to be watched, beside its peers, and what Headroom takes in. */
const measures = [hello, ordinary, ingest];

await runBench(measures, benchOptions('telemetry', measures, process.argv.slice(2)), {
  print: (text) => console.log(text),
  progress: (text) => console.error(text),
});
