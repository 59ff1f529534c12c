import { falseAlarms } from './analysis/measures/false-alarms.ts';
import { nab } from './analysis/measures/nab.ts';
import { benchOptions } from './frame/options.ts';
import { runBench } from './frame/run-bench.ts';

/** `npm run bench:analysis`: whether the analysis finds what is there, and keeps still where nothing is. */
const measures = [nab, falseAlarms];

await runBench(measures, benchOptions('analysis', measures, process.argv.slice(2)), {
  print: (text) => console.log(text),
  progress: (text) => console.error(text),
});
