import { Command } from 'commander';

/** How much is measured: `smoke` only shows that it works. */
export type Effort = 'full' | 'quick' | 'smoke';

export interface BenchOptions {
  effort: Effort;
  /** Where the result is written. */
  json?: string;
  /** Only these; all when left out. */
  measures?: readonly string[];
  subjects?: readonly string[];
}

interface Flags {
  quick?: true;
  smoke?: true;
  json?: string;
  measures?: string[];
  subjects?: string[];
}

const names = (list: string): string[] => list.split(',').map((name) => name.trim());

/**
 * Ends the process after `--help`, and with what is wrong for an option that is not known.
 * @param bench `load`, of `npm run bench:load`
 * @param known the measures, for the help
 */
export function benchOptions(bench: string, known: readonly { name: string }[], args: readonly string[]): BenchOptions {
  const { quick, smoke, json, measures, subjects } = new Command(`npm run bench:${bench} --`)
    .description('Measures Headroom beside its peers, in one run, and holds the ratios against the goals.')
    .option('--quick', 'in about a minute, with wider errors')
    .option('--smoke', 'only to see that it works')
    .option('--measures <names>', 'only these, separated by commas', names)
    .option('--subjects <names>', 'only these, separated by commas: headroom, and peers', names)
    .option('--json <file>', 'write the result there too')
    .addHelpText('after', `\nMeasures: ${known.map(({ name }) => name).join(', ')}`)
    .allowExcessArguments(false)
    .parse(args, { from: 'user' })
    .opts<Flags>();
  return {
    effort: smoke ? 'smoke' : quick ? 'quick' : 'full',
    ...(json === undefined ? {} : { json }),
    ...(measures === undefined ? {} : { measures }),
    ...(subjects === undefined ? {} : { subjects }),
  };
}
