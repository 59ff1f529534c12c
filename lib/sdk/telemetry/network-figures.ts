import type { NetworkWindow } from '../../contracts/telemetry.ts';
import type { EndedRequest } from './incoming-requests.ts';

/** How much of what was sent is of use, and how often connections are opened for it. */
export class NetworkFigures {
  #requests = 0;
  #connections = 0;
  #responseBytes = 0;
  #headBytes = 0;

  add({ responseBytes, responseHeadBytes, isFirstOfConnection }: EndedRequest): void {
    // Not every connection tells its bytes, and some break before any was sent.
    if (responseHeadBytes === undefined || responseBytes === 0) return;
    this.#requests++;
    if (isFirstOfConnection) this.#connections++;
    this.#responseBytes += responseBytes;
    this.#headBytes += responseHeadBytes;
  }

  /** @returns undefined where no request came over a connection, as on AWS Lambda */
  wire(): NetworkWindow | undefined {
    if (this.#requests === 0) return undefined;
    return {
      requests: this.#requests,
      connections: this.#connections,
      responseBytes: this.#responseBytes,
      // Subtracted here: of pipelined requests only the sum is right. A head may not have left when its connection broke.
      responseBodyBytes: Math.max(0, this.#responseBytes - this.#headBytes),
    };
  }
}
