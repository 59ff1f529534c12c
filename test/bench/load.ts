import { benchOptions } from './frame/options.ts';
import { runBench } from './frame/run-bench.ts';
import { pacing } from './load/measures/pacing.ts';
import { throughput } from './load/measures/throughput.ts';

/** `npm run bench:load`: the load engine beside its peers, on one core, against a target on another. */
const measures = [
  throughput({
    name: 'plain',
    title: '64 connections',
    tls: false,
    connections: 64,
    subjects: ['headroom', 'wrk', 'autocannon', 'undici', 'ab', 'hey'],
    goals: { wrk: 0.8, autocannon: 1.5, undici: 1.4 },
  }),
  throughput({
    name: 'tls',
    title: '64 connections, TLS',
    tls: true,
    connections: 64,
    subjects: ['headroom', 'wrk', 'autocannon', 'undici', 'hey'],
    goals: { wrk: 0.8, autocannon: 1.3, undici: 1.25 },
  }),
  throughput({
    name: '900-connections',
    title: '900 connections',
    tls: false,
    connections: 900,
    subjects: ['headroom', 'wrk', 'autocannon', 'undici', 'hey'],
    goals: { wrk: 0.75, autocannon: 1.6, undici: 1.5 },
  }),
  throughput({
    name: 'artillery',
    title: '64 connections, beside Artillery',
    tls: false,
    connections: 64,
    subjects: ['headroom', 'artillery'],
    quickRounds: 1,
    goals: { artillery: 25 },
  }),
  pacing,
];

await runBench(measures, benchOptions('load', measures, process.argv.slice(2)), {
  print: (text) => console.log(text),
  progress: (text) => console.error(text),
});
