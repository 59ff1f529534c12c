import type { OutgoingWindow } from '../../contracts/telemetry.ts';
import { Sketch } from '../../statistics/sketch.ts';
import type { EndedOutgoing } from './outgoing-requests.ts';
import type { Addition, WindowSource } from './sources.ts';
import { StatusCounts } from './status-counts.ts';

/** What is beyond is counted as `*other*`: a crawler asks a million services, and costs no more memory than one that asks these. */
const maxOutgoing = 150;
const other = { target: '*other*', method: '*', endpoint: undefined };
const maxTargetLength = 300;
/** Build tools and scripts ask others too; what lives for longer is a service, also if nobody asks it. */
const windowsOfATool = 2;

interface Figures {
  readonly target: string;
  readonly method: string;
  readonly endpoint: string | undefined;
  readonly statuses: StatusCounts;
  readonly responseTime: Sketch;
}

/** The requests that were sent since the last window: by target, method, and the endpoint that sent them. */
export class OutgoingFigures implements WindowSource {
  #figures = new Map<string, Figures>();
  #closedWindows = 0;

  add({ target, method, active, status, durationMs }: EndedOutgoing): void {
    const figures = this.#figuresOf({ target, method, endpoint: active?.endpoint });
    figures.statuses.count(status);
    figures.responseTime.record(durationMs * 1_000);
  }

  hasNews(): boolean {
    return this.#figures.size > 0 && this.#closedWindows >= windowsOfATool;
  }

  close(): Addition {
    this.#closedWindows++;
    const outgoing = [...this.#figures.values()].map(wireOf);
    this.#figures = new Map();
    return { outgoing };
  }

  #figuresOf(of: Pick<Figures, 'target' | 'method' | 'endpoint'>): Figures {
    const key = `${of.method} ${of.target} ${of.endpoint ?? ''}`;
    const known = this.#figures.get(key);
    if (known !== undefined) return known;
    if (this.#figures.size >= maxOutgoing && of !== other) return this.#figuresOf(other);
    const figures = { ...of, statuses: new StatusCounts(), responseTime: new Sketch() };
    this.#figures.set(key, figures);
    return figures;
  }
}

const wireOf = ({ target, method, endpoint, statuses, responseTime }: Figures): OutgoingWindow => ({
  target: target.slice(0, maxTargetLength),
  method: method.slice(0, 20),
  ...(endpoint !== undefined && { endpoint }),
  statuses: statuses.byStatus,
  failed: statuses.failed,
  responseTime: responseTime.toBase64(),
});
