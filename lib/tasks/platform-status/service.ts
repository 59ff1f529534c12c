import { deadLetterSources } from '../../contracts/dead-letters.ts';
import type { PartStatus, PlatformStatus, QueueStatus } from '../../contracts/status.ts';
import { version } from '../../contracts/version.ts';
import { isoTime } from '../../platform/clock.ts';
import { keyItem } from '../../platform/keys/model.ts';
import type { Parts } from '../../platform/parts.ts';
import { countMessages } from '../../platform/queue/counts.ts';
import { PartReports } from '../../platform/status/part-reports.ts';
import { keys } from '../../platform/table/keys.ts';

type StatusParts = Pick<Parts, 'table' | 'clock' | 'log' | 'sqs' | 'configuration'>;

/** How every part is: those that can be asked from here are, and of the others it is shown what they said last. */
export class StatusService {
  readonly #parts: StatusParts;
  readonly #reports: PartReports;

  constructor(parts: StatusParts) {
    this.#parts = parts;
    this.#reports = new PartReports(parts);
  }

  async status(): Promise<PlatformStatus> {
    const { table, clock } = this.#parts;
    let queues: QueueStatus[] = [];
    let reported: PartStatus[] = [];
    const asked = await Promise.all([
      this.#probe('history-table', () => table.get(keyItem, keys.apiKey('none'))),
      this.#probe('queues', async () => {
        queues = await this.#queues();
      }),
      this.#probe('reports', async () => {
        reported = await this.#reports.all();
      }),
    ]);
    // That what parts said can be read is the table's to answer for.
    const parts = [...asked.filter(({ name }) => name !== 'reports'), ...reported];
    return {
      status: parts.every(({ state }) => state === 'up') ? 'up' : 'degraded',
      version,
      timestamp: isoTime(clock()),
      parts,
      queues,
    };
  }

  #queues(): Promise<QueueStatus[]> {
    const { sqs, configuration } = this.#parts;
    const { queueUrls, deadLetterUrls } = configuration;
    return Promise.all(
      deadLetterSources.flatMap((queue) => {
        const [url, deadLetterUrl] = [queue === 'alarms' ? undefined : queueUrls[queue], deadLetterUrls[queue]];
        if (deadLetterUrl === undefined) return [];
        const counted = async (): Promise<QueueStatus> => {
          const [counts, dead] = await Promise.all([
            url === undefined ? {} : countMessages(sqs, url),
            countMessages(sqs, deadLetterUrl),
          ]);
          return { queue, ...counts, deadLetters: dead.waiting + dead.inFlight };
        };
        return [counted()];
      }),
    );
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
