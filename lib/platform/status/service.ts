import type { PartStatus, PlatformStatus } from '../../contracts/status.ts';
import { version } from '../../contracts/version.ts';
import { isoTime } from '../clock.ts';
import { keyItem } from '../keys/model.ts';
import type { Parts } from '../parts.ts';
import { keys } from '../table/keys.ts';

/** Asks every part whether it answers, and how fast. */
export class StatusService {
  readonly #parts: Pick<Parts, 'table' | 'clock' | 'log'>;

  constructor(parts: Pick<Parts, 'table' | 'clock' | 'log'>) {
    this.#parts = parts;
  }

  async status(): Promise<PlatformStatus> {
    const { table, clock } = this.#parts;
    const parts = [await this.#probe('history-table', () => table.get(keyItem, keys.apiKey('none')))];
    return {
      status: parts.every(({ state }) => state === 'up') ? 'up' : 'degraded',
      version,
      timestamp: isoTime(clock()),
      parts,
    };
  }

  async #probe(name: string, ask: () => Promise<unknown>): Promise<PartStatus> {
    const started = performance.now();
    const latencyMs = (): number => Math.round((performance.now() - started) * 100) / 100;
    try {
      await ask();
      return { name, state: 'up', latencyMs: latencyMs() };
    } catch (error) {
      this.#parts.log.error('A part does not answer', { part: name, error });
      return { name, state: 'down', latencyMs: latencyMs(), detail: 'It does not answer; the log says why.' };
    }
  }
}
