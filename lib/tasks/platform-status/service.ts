import { undelivered } from '../../alerts/delivery/undelivered-service.ts';
import { deadLetterSources } from '../../contracts/dead-letters.ts';
import type { PartStatus, PlatformStatus, QueueStatus } from '../../contracts/status.ts';
import { version } from '../../contracts/version.ts';
import { isoTime } from '../../platform/clock.ts';
import { type Caller, mayUseProject } from '../../platform/http/authenticate.ts';
import { keyItem } from '../../platform/keys/model.ts';
import type { Parts } from '../../platform/parts.ts';
import { countMessages } from '../../platform/queue/counts.ts';
import { PartReports } from '../../platform/status/part-reports.ts';
import { keys } from '../../platform/table/keys.ts';
import type { OwnFigures, OwnMetrics } from './own-metrics.ts';

type StatusParts = Pick<Parts, 'table' | 'clock' | 'log' | 'sqs' | 'send' | 'configuration'>;

/** How every part is: those that can be asked from here are, and of the others it is shown what they said last. */
export class StatusService {
  readonly #parts: StatusParts;
  readonly #reports: PartReports;
  readonly #metrics: Pick<OwnMetrics, 'read'>;

  constructor(parts: StatusParts, metrics: Pick<OwnMetrics, 'read'>) {
    this.#parts = parts;
    this.#reports = new PartReports(parts);
    this.#metrics = metrics;
  }

  /** @param caller is told nothing of what is of projects that are not theirs */
  async status(caller: Pick<Caller, 'projects'>): Promise<PlatformStatus> {
    let queues: QueueStatus[] = [];
    let reported: PartStatus[] = [];
    let figures: OwnFigures = { functions: [], oldestAges: new Map() };
    let ofAlerts = { failingChannels: [], deadNotifications: 0 } as Awaited<ReturnType<typeof undelivered>>;
    const asked = await Promise.all([
      this.#probe('history-table', () => this.#parts.table.get(keyItem, keys.apiKey('none'))),
      this.#probe('queues', async () => {
        queues = await this.#queues();
      }),
      this.#probe('cloudwatch', async () => {
        figures = await this.#metrics.read();
      }),
      this.#probe('table', async () => {
        reported = await this.#reports.all();
        ofAlerts = await undelivered(this.#parts, (projects) => maySeeAll(caller, projects));
      }),
    ]);
    const { functions, oldestAges } = figures;
    const took = new Map(functions.map(({ name, avgDurationMs }) => [name, avgDurationMs]));
    // That what parts said can be read is the table's to answer for.
    const parts = [...asked.filter(({ name }) => name !== 'table'), ...reported.map((part) => timed(part, took))];
    return {
      status: parts.every(({ state }) => state === 'up') ? 'up' : 'degraded',
      version,
      timestamp: isoTime(this.#parts.clock()),
      parts,
      queues: queues.map((each) => aged(each, oldestAges)),
      functions,
      ...ofAlerts,
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

const maySeeAll = (caller: Pick<Caller, 'projects'>, projects: readonly string[] | undefined): boolean =>
  projects === undefined ? caller.projects === undefined : projects.every((project) => mayUseProject(caller, project));

/** What parts that are functions say of themselves lacks how long they take. */
function timed(part: PartStatus, took: ReadonlyMap<string, number | undefined>): PartStatus {
  const latencyMs = part.latencyMs ?? took.get(part.name);
  return latencyMs === undefined ? part : { ...part, latencyMs };
}

function aged(queue: QueueStatus, ages: ReadonlyMap<string, number>): QueueStatus {
  const oldestAgeSeconds = ages.get(queue.queue);
  return oldestAgeSeconds === undefined ? queue : { ...queue, oldestAgeSeconds };
}
