import { Command } from 'commander';
import type { CliContext } from './context.ts';
import type { ExitCode } from './failure.ts';
import { withLevel, withOutcome, withTarget } from './load-flags.ts';
import { type LoadTestFlags, loadTest } from './loadtest.ts';
import { seconds, withConnection } from './options.ts';

/** Short, and as fast as each user gets its answers. */
const quick = { duration: 10, rampUp: 1, thinkTime: 0 } as const;

export function benchmarkCommand(context: CliContext, done: (code: ExitCode) => void): Command {
  const command = new Command('benchmark')
    .summary('how fast an address or a project is, in ten seconds')
    .description('A short load test of 10 users without pauses; `headroom loadtest` has all the choices.')
    .addHelpText('after', examples)
    .action(async (flags: LoadTestFlags) => done(await loadTest({ ...quick, ...flags }, context)));
  withLevel(withTarget(command)).option('--duration <time>', '10s by default', seconds);
  return withConnection(withOutcome(command), { urlIsTarget: true });
}

const examples = `
Examples:
  headroom benchmark --url http://127.0.0.1:3000/products
  headroom benchmark --project shop --path /products --users 50 --duration 20s
  headroom benchmark --project shop --threshold 'p95<200' --json

Exit codes: 0 every threshold holds, 1 a threshold failed, 2 it could not be
carried out.`;
