import { resolve } from 'node:path';
import type { Command } from 'commander';
import { type Judgement, judge } from '../../statistics/judge.ts';
import { mean } from '../../statistics/moments.ts';
import type { Pair } from '../../statistics/paired-ratio.ts';
import { quantileOf } from '../../statistics/quantiles.ts';
import { Random } from '../../statistics/random.ts';
import type { CliContext } from '../context.ts';
import { type ExitCode, exitCodes } from '../failure.ts';
import { percentNumber } from '../options.ts';
import { numberAbove0, text } from './data-cells.ts';
import { type DataFlags, dataCommand, fileHelp, tellFindings } from './data-command.ts';
import { readDataFile } from './data-file.ts';
import { judgePage } from './judge-page.ts';
import { judgeLines } from './judge-report.ts';
import { evidenceInWords, verdictInWords } from './judge-words.ts';

interface JudgeFlags extends DataFlags {
  margin: number;
  gate?: true;
}

const defaultMarginPercent = 3;

export function judgeCommand(context: CliContext, done: (code: ExitCode) => void): Command {
  return dataCommand('judge', 'worker, a and b')
    .summary('keep a change or reject it, by pairs of latencies before (a) and after (b)')
    .description('Judges whether b is faster than a, by pairs that were measured side by side. Needs no platform.')
    .option('--margin <percent>', 'the gain that must be shown', percentNumber, defaultMarginPercent)
    .option('--gate', 'exit with 1 unless the verdict is keep')
    .addHelpText('after', examples)
    .action(async (file: string, flags: JudgeFlags) => done(await judgeFile(file, flags, context)));
}

const examples = `
Examples:
  headroom judge pairs.csv
  headroom judge pairs.csv --margin 5 --gate
  headroom judge pairs.csv --html verdict.html --json
${fileHelp('worker (any name), a and b (latencies above 0, of one unit)')}
Each row is a pair, measured by one worker as near in time as can be. Pairs of
one worker may have its bias in common, so they are drawn together. Measure a
and b in turns: one after the other, two runs of the same code differ.
Verdicts: keep, the whole 95 % interval of the improvement lies above the
margin; reject, it lies below it, or shows a loss of more than 3 %;
inconclusive, it holds the margin, or there are fewer than 6 pairs.
Exit codes: 0 judged, 1 with --gate: not kept, 2 the file cannot be read.`;

const columns = {
  worker: { aliases: ['cluster', 'host', 'shard', 'client'], read: text },
  a: { aliases: ['before', 'old', 'baseline', 'base', 'control'], read: numberAbove0 },
  b: { aliases: ['after', 'new', 'candidate', 'treatment', 'changed'], read: numberAbove0 },
};

async function judgeFile(file: string, { margin, gate, ...flags }: JudgeFlags, context: CliContext): Promise<ExitCode> {
  const { rows } = await readDataFile(resolve(context.workingDirectory, file), file, columns);
  const pairs = rows.map(({ worker, a, b }) => ({ cluster: worker, a, b }));
  const found = judged(pairs, margin);
  const findings = {
    result: judgeResult(found),
    lines: () => judgeLines(found, pairs, context.terminal),
    page: () => judgePage(found, pairs, file),
  };
  await tellFindings(findings, flags, context);
  return gate && found.verdict !== 'keep' ? exitCodes.thresholdFailed : exitCodes.ok;
}

/** As `--json` has it: workers are what their column is called. */
function judgeResult(found: Judged) {
  const { clusters, mannWhitneyP, ...others } = found;
  return {
    ...others,
    // The reason and its notes name workers, not clusters.
    reason: verdictInWords(found),
    notes: evidenceInWords(found),
    workers: clusters,
    ...(mannWhitneyP === undefined ? {} : { pValue: mannWhitneyP }),
  };
}

/** In the unit of the file. */
export interface SideFigures {
  p50: number;
  p95: number;
  mean: number;
}

export interface Judged extends Judgement {
  marginPercent: number;
  a: SideFigures;
  b: SideFigures;
}

function judged(pairs: readonly Pair[], marginPercent: number): Judged {
  return {
    // Drawn from one seed: the same file always gets the same verdict.
    ...judge(pairs, { marginPercent, random: new Random(1) }),
    marginPercent,
    a: figuresOf(pairs.map(({ a }) => a)),
    b: figuresOf(pairs.map(({ b }) => b)),
  };
}

function figuresOf(values: readonly number[]): SideFigures {
  const sorted = Float64Array.from(values).sort();
  return { p50: quantileOf(sorted, 0.5), p95: quantileOf(sorted, 0.95), mean: mean(values) };
}
