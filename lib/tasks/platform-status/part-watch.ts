import type { AlertService } from '../../alerts/service.ts';
import type { Parts } from '../../platform/parts.ts';
import { PartReports } from '../../platform/status/part-reports.ts';

/** Of the function that does this. It reports after this. */
export const ownName = 'tick';

/** Tells the alerts of parts that are down, and of those that are back. */
export class PartWatch {
  readonly #clock: Parts['clock'];
  readonly #reports: PartReports;
  readonly #alerts: Pick<AlertService, 'takePart'>;

  constructor(parts: Pick<Parts, 'table' | 'clock'>, alerts: Pick<AlertService, 'takePart'>) {
    this.#clock = parts.clock;
    this.#reports = new PartReports(parts);
    this.#alerts = alerts;
  }

  /** @returns how many are down */
  async look(): Promise<number> {
    const found = await this.#reports.withSigns();
    // The platform was off as a whole: its parts have not had their turn yet.
    if (found.some(({ status: { name, state } }) => name === ownName && state === 'down')) return 0;
    for (const part of found) await this.#alerts.takePart(part, this.#clock());
    return found.filter(({ status }) => status.state === 'down').length;
  }
}
