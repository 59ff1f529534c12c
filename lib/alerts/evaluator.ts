import { deploymentGroup } from '../contracts/alerts.ts';
import type { Outgoing } from '../contracts/messages.ts';
import type { Project } from '../contracts/projects.ts';
import { isoTime } from '../platform/clock.ts';
import type { Parts } from '../platform/parts.ts';
import type { ProjectService } from '../projects/service.ts';
import { minuteStart } from '../telemetry/period.ts';

const pageSize = 200;

/** Has every project evaluated, each by itself: one that takes long, or fails, keeps none from its turn. */
export class Evaluator {
  readonly #parts: Pick<Parts, 'clock' | 'send'>;
  readonly #projects: ProjectService;

  constructor(parts: Pick<Parts, 'clock' | 'send'>, projects: ProjectService) {
    this.#parts = parts;
    this.#projects = projects;
  }

  /** What cannot be sent now is made good by the next minute. @returns how many projects */
  async askForAll(): Promise<number> {
    const { clock, send } = this.#parts;
    const minute = isoTime(minuteStart(clock()));
    await send([{ queue: 'alerts', body: { type: 'alert.notify', group: deploymentGroup } }]);
    let asked = 0;
    let cursor: string | undefined;
    do {
      const page = await this.#projects.list({ limit: pageSize, cursor }, () => true);
      await send(page.items.map((each) => messageOf(each, minute)));
      asked += page.items.length;
      cursor = page.nextCursor;
    } while (cursor !== undefined);
    return asked;
  }
}

/** Also of one that is not watched: what was open when it was switched off is to end. */
const messageOf = ({ project }: Project, minute: string): Outgoing => ({
  queue: 'alerts',
  body: { type: 'alert.evaluate', project, minute },
});
