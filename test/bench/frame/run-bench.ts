import { writeFile } from 'node:fs/promises';
import { thisMachine } from './machine.ts';
import type { BenchOptions, Effort } from './options.ts';
import type { BenchResult, Goal, Row } from './result.ts';
import { goalsTable, rowsTable } from './table.ts';

export interface MeasureContext {
  effort: Effort;
  /** Of those named, the ones that were asked for, in their order. */
  chosen<Name extends string>(subjects: readonly Name[]): Name[];
}

export interface Measured {
  rows: Row[];
  goals: Goal[];
}

export interface Measure {
  /** As it is chosen on the command line. */
  name: string;
  run(context: MeasureContext): Promise<Measured>;
}

export interface BenchOutput {
  /** The result, for people. */
  print(text: string): void;
  /** What is going on. */
  progress(text: string): void;
}

/** Runs the measures one after the other. @throws Error when a measure that was asked for is not known */
export async function runBench(
  measures: readonly Measure[],
  options: BenchOptions,
  output: BenchOutput,
): Promise<BenchResult> {
  const known = measures.map(({ name }) => name);
  for (const name of options.measures ?? []) {
    if (!known.includes(name)) throw new Error(`There is no measure ${name}, but ${known.join(', ')}.`);
  }
  const result: BenchResult = { machine: thisMachine(), rows: [], goals: [] };
  const context: MeasureContext = {
    effort: options.effort,
    chosen: (subjects) => subjects.filter((subject) => options.subjects?.includes(subject) ?? true),
  };
  for (const measure of measures) {
    if (options.measures !== undefined && !options.measures.includes(measure.name)) continue;
    const began = performance.now();
    output.progress(`${measure.name} ...`);
    const { rows, goals } = await measure.run(context);
    result.rows.push(...rows);
    result.goals.push(...goals);
    output.progress(`${measure.name} took ${((performance.now() - began) / 1_000).toFixed(1)} s`);
  }
  const { cpu, cpus, node, loadAverage } = result.machine;
  output.print(`${cpus} x ${cpu}, Node ${node}, load average ${loadAverage}, ${options.effort} run\n`);
  output.print(`${rowsTable(result.rows)}\n`);
  if (result.goals.length > 0) output.print(`${goalsTable(result.goals)}\n`);
  if (options.json !== undefined) await writeFile(options.json, `${JSON.stringify(result, null, 2)}\n`);
  return result;
}
