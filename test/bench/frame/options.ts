import { parseArgs } from 'node:util';

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

const names = (list: string | undefined): readonly string[] | undefined => list?.split(',').map((name) => name.trim());

/** @throws TypeError on an option that is not known */
export function benchOptions(args: readonly string[]): BenchOptions {
  const { values } = parseArgs({
    args: [...args],
    options: {
      quick: { type: 'boolean', default: false },
      smoke: { type: 'boolean', default: false },
      json: { type: 'string' },
      measures: { type: 'string' },
      subjects: { type: 'string' },
    },
  });
  const measures = names(values.measures);
  const subjects = names(values.subjects);
  return {
    effort: values.smoke ? 'smoke' : values.quick ? 'quick' : 'full',
    ...(values.json === undefined ? {} : { json: values.json }),
    ...(measures === undefined ? {} : { measures }),
    ...(subjects === undefined ? {} : { subjects }),
  };
}
