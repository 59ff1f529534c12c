import type { AnalysisSections, DeepStepName } from '../contracts/analysis-depths.ts';
import type { Parts } from '../platform/parts.ts';
import { keys } from '../platform/table/keys.ts';
import { LargeValues } from '../platform/table/large-values.ts';
import { analysisRetentionMs, partItem } from './model.ts';

/** What the steps of an analysis found beyond the last minutes, each beside the others. */
export class AnalysisParts {
  readonly #parts: LargeValues<AnalysisSections>;
  readonly #clock: Parts['clock'];

  constructor({ table, clock }: Pick<Parts, 'table' | 'clock'>) {
    this.#parts = new LargeValues(table, partItem);
    this.#clock = clock;
  }

  /** In the place of what the same step found when it was done before. */
  async put(analysisId: string, step: DeepStepName, found: AnalysisSections): Promise<void> {
    await this.#parts.put(keys.analysisPart(analysisId, step), found, this.#clock() + analysisRetentionMs);
  }

  /** All that these steps found, together. */
  async of(analysisId: string, steps: readonly DeepStepName[]): Promise<AnalysisSections> {
    const found = await Promise.all(steps.map((step) => this.#parts.get(keys.analysisPart(analysisId, step))));
    return found.reduce<AnalysisSections>((all, part) => joined(all, part?.value ?? {}), {});
  }
}

function joined(all: AnalysisSections, part: AnalysisSections): AnalysisSections {
  const both = { ...all, ...part };
  const findings = [...(all.findings ?? []), ...(part.findings ?? [])];
  const missing = [...(all.missing ?? []), ...(part.missing ?? [])];
  return {
    ...both,
    ...(findings.length === 0 ? {} : { findings }),
    ...(missing.length === 0 ? {} : { missing }),
  };
}
