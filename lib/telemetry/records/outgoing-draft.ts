import type { OutgoingWindow } from '../../contracts/telemetry.ts';
import { Sketch } from '../../statistics/sketch.ts';

/** What many requests to one other service came to. */
export interface SeenOutgoing {
  target: string;
  method: string;
  endpoint: string | undefined;
  /** 0: it did not answer. */
  status: number;
  /** Microseconds: its count is the number of requests. */
  responseTime: Sketch;
}

type Target = Pick<SeenOutgoing, 'target' | 'method' | 'endpoint'>;

export const targetKeyOf = ({ target, method, endpoint }: Target): string =>
  [target, method, endpoint ?? ''].join('\0');

/** The figures of what was asked of one other service, from one endpoint, within one window. */
export class OutgoingDraft {
  readonly #target: Target;
  readonly #statuses = new Map<number, number>();
  readonly #responseTime = new Sketch();
  #failed = 0;

  constructor({ target, method, endpoint }: Target) {
    this.#target = { target, method, endpoint };
  }

  merge({ status, responseTime }: SeenOutgoing): void {
    if (status !== 0) this.#statuses.set(status, (this.#statuses.get(status) ?? 0) + responseTime.count);
    if (status === 0 || status >= 500) this.#failed += responseTime.count;
    this.#responseTime.merge(responseTime);
  }

  wire(): OutgoingWindow {
    const { target, method, endpoint } = this.#target;
    return {
      target,
      method,
      ...(endpoint !== undefined && { endpoint }),
      statuses: Object.fromEntries(this.#statuses),
      failed: this.#failed,
      responseTime: this.#responseTime.toBase64(),
    };
  }
}
