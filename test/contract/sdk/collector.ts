import { once } from 'node:events';
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { gunzipSync } from 'node:zlib';
import { type TelemetryBatch, telemetryBatch } from '../../../lib/contracts/telemetry.ts';
import { telemetryLimits } from '../../../lib/contracts/telemetry-limits.ts';
import { Sketch } from '../../../lib/statistics/sketch.ts';

export type Behaviour = (request: IncomingMessage, response: ServerResponse, body: string) => void;

export const accept: Behaviour = (_, response) => {
  response.writeHead(202, { 'content-type': 'application/json' }).end('{"accepted":1,"duplicate":false}');
};

export interface Received {
  readonly path: string | undefined;
  readonly authorization: string | undefined;
  readonly batch: TelemetryBatch;
  /** Answered with 202. */
  isTaken: boolean;
}

/** What Headroom is to the SDK: takes batches, holds them against the contract, and behaves as told. */
export class Collector {
  behaviour: Behaviour = accept;
  /** Asked for live settings: there are none. */
  settings: Behaviour = (_, response) => response.writeHead(404).end();
  /** Every batch that came, taken or not. */
  readonly received: Received[] = [];
  readonly problems: unknown[] = [];
  readonly #server: Server;
  #heard: (() => void)[] = [];

  private constructor() {
    this.#server = createServer((request, response) => {
      const chunks: Buffer[] = [];
      request.on('data', (chunk: Buffer) => chunks.push(chunk));
      request.on('end', () => {
        if (request.method === 'GET') {
          this.settings(request, response, '');
          return;
        }
        const bytes = Buffer.concat(chunks);
        const isPacked = request.headers['content-type'] === 'application/gzip';
        const body = (isPacked ? gunzipSync(bytes) : bytes).toString('utf8');
        const received = this.#note(request, body);
        this.behaviour(request, response, body);
        if (received !== undefined) received.isTaken = response.statusCode === 202 && response.headersSent;
        for (const hear of this.#heard.splice(0)) hear();
      });
    });
  }

  static async open(): Promise<Collector> {
    const collector = new Collector();
    collector.#server.listen(0, '127.0.0.1');
    await once(collector.#server, 'listening');
    return collector;
  }

  get url(): string {
    return `http://127.0.0.1:${(this.#server.address() as AddressInfo).port}`;
  }

  /** Of all batches that came, each counted once: as Headroom does, by instance and sequence. */
  get batches(): TelemetryBatch[] {
    return distinct(this.received);
  }

  /** Of the batches that were taken: requests by `METHOD route`, and by status within; cut off ones as `cutOff`. */
  get requests(): Record<string, Record<string, number>> {
    const counts: Record<string, Record<string, number>> = {};
    const taken = distinct(this.received.filter(({ isTaken }) => isTaken));
    for (const endpoint of taken.flatMap(({ windows }) => windows).flatMap(({ endpoints }) => endpoints)) {
      const key = `${endpoint.method} ${endpoint.route}`;
      const own = counts[key] ?? {};
      counts[key] = own;
      let finished = 0;
      for (const [status, count] of Object.entries(endpoint.statuses)) {
        own[status] = (own[status] ?? 0) + count;
        finished += count;
      }
      const cutOff = Sketch.fromBase64(endpoint.responseTime).count - finished;
      if (cutOff > 0) own.cutOff = (own.cutOff ?? 0) + cutOff;
    }
    return counts;
  }

  /** Waits until what came is enough. */
  async until(isEnough: () => boolean): Promise<void> {
    while (!isEnough()) await new Promise<void>((resolve) => this.#heard.push(resolve));
  }

  /** As a proxy does with what it has kept for long enough. */
  closeConnections(): void {
    this.#server.closeAllConnections();
  }

  async close(): Promise<void> {
    this.closeConnections();
    this.#server.close();
    await once(this.#server, 'close');
  }

  #note(request: IncomingMessage, body: string): Received | undefined {
    const parsed = telemetryBatch.safeParse(JSON.parse(body));
    if (Buffer.byteLength(body) > telemetryLimits.bytes) this.problems.push(`${Buffer.byteLength(body)} bytes`);
    if (!parsed.success) {
      this.problems.push(parsed.error);
      return undefined;
    }
    const { authorization } = request.headers;
    const received: Received = { path: request.url, authorization, batch: parsed.data, isTaken: false };
    this.received.push(received);
    return received;
  }
}

const distinct = (received: readonly Received[]): TelemetryBatch[] => [
  ...new Map(received.map(({ batch }) => [`${batch.instance} ${batch.sequence}`, batch])).values(),
];
