import { type PipelineReport, pipelineReport } from '../../contracts/pipelines.ts';
import { DomainError } from '../../platform/errors.ts';
import type { Parts } from '../../platform/parts.ts';
import type { ItemType } from '../../platform/table/item.ts';
import { keys } from '../../platform/table/keys.ts';
import { LargeValues } from '../../platform/table/large-values.ts';
import { retentionMs } from '../model.ts';

const reportItem: ItemType<PipelineReport> = { name: 'PipelineReport', version: 1, schema: pipelineReport };

/** What runs came to, kept as it was when they ended. */
export class PipelineReports {
  readonly #reports: LargeValues<PipelineReport>;
  readonly #clock: Parts['clock'];

  constructor({ table, clock }: Pick<Parts, 'table' | 'clock'>) {
    this.#reports = new LargeValues(table, reportItem);
    this.#clock = clock;
  }

  /** In the place of what the same step wrote when it was taken before. */
  async put(report: PipelineReport): Promise<void> {
    await this.#reports.put(keys.pipelineReport(report.checkId), report, this.#clock() + retentionMs);
  }

  /** @throws DomainError conflict when there is none: its step was not taken */
  async get(checkId: string): Promise<PipelineReport> {
    const found = await this.#reports.get(keys.pipelineReport(checkId));
    if (found === undefined) throw new DomainError('conflict', 'The run has no report.');
    return found.value;
  }
}
