import http from 'node:http';
import https from 'node:https';
import type net from 'node:net';
import type { ArtilleryOutcome, ArtilleryPlan } from '../../lib/load/artillery/plan.ts';
import { type ArtilleryIo, prepareArtillery } from '../../lib/load/artillery/run.ts';
import { parseScript } from '../../lib/load/artillery/script.ts';
import type { TargetOrigin } from '../../lib/load/artillery/target-origin.ts';
import type { IntervalReport } from '../../lib/load/engine/report.ts';
import { type Listening, listening } from './listening.ts';
import type { Certificate } from './self-signed.ts';

/** Counts what scripts send to it. Times and bytes are of all its connections. */
export type ScriptTarget = Listening & {
  origin: TargetOrigin;
  /** By path. */
  counts: Record<string, number>;
  total(): number;
  /** Bodies of requests, by path. */
  bodies: Record<string, string[]>;
  received: { bytesRead: number; bytesWritten: number };
  connections(): number;
  /** Resolves as soon as so many requests are here. */
  reached(requests: number): Promise<void>;
};

/**
 * `/to?URL` redirects there, `/status/NNN` answers with that status, `/hang` never, `/reset` resets; everything else says
 * `{"id":7,"url":"<the query>","items":[1,2,3]}`.
 */
export async function startScriptTarget(certificate?: Certificate): Promise<ScriptTarget> {
  const counts: Record<string, number> = {};
  const bodies: Record<string, string[]> = {};
  const received = { bytesRead: 0, bytesWritten: 0 };
  const waiting: { requests: number; resolve: () => void }[] = [];
  let connections = 0;
  const total = (): number => Object.values(counts).reduce((sum, count) => sum + count, 0);
  const answer: http.RequestListener = (request, response) => {
    const { pathname, search } = new URL(request.url ?? '/', 'http://target');
    const query = decodeURIComponent(search.slice(1));
    const chunks: Buffer[] = [];
    request.on('data', (chunk: Buffer) => chunks.push(chunk));
    request.on('end', () => {
      counts[pathname] = (counts[pathname] ?? 0) + 1;
      bodies[pathname] = [...(bodies[pathname] ?? []), Buffer.concat(chunks).toString()];
      for (const each of waiting.filter(({ requests }) => total() >= requests)) each.resolve();
      if (pathname === '/hang') return;
      if (pathname === '/reset') {
        (request.socket as net.Socket).resetAndDestroy();
        return;
      }
      if (pathname === '/to') response.writeHead(302, { location: query });
      else
        response.writeHead(Number(/^\/status\/(\d+)$/.exec(pathname)?.[1] ?? 200), {
          'content-type': 'application/json',
        });
      response.end(JSON.stringify({ id: 7, url: query, items: [1, 2, 3] }));
    });
  };
  const server = certificate === undefined ? http.createServer(answer) : https.createServer(certificate, answer);
  server.on('connection', (socket: net.Socket) => {
    connections++;
    socket.on('close', () => {
      received.bytesRead += socket.bytesRead;
      received.bytesWritten += socket.bytesWritten;
    });
  });
  const listens = await listening(server);
  return {
    ...listens,
    ...{ counts, bodies, received, total, connections: () => connections },
    origin: { protocol: certificate === undefined ? 'http:' : 'https:', hostname: '127.0.0.1', port: listens.port },
    reached(requests) {
      const { promise, resolve } = Promise.withResolvers<void>();
      waiting.push({ requests, resolve });
      if (total() >= requests) resolve();
      return promise;
    },
  };
}

export type ScriptRun = {
  outcome: ArtilleryOutcome;
  reports: IntervalReport[];
  metrics: ArtilleryOutcome['metrics'][];
};

export const planOf = (text: string, target: TargetOrigin, changes: Partial<ArtilleryPlan> = {}): ArtilleryPlan => ({
  script: parseScript(text, { ...target, basePath: '' }),
  target,
  ...{ worker: 0, workers: 1, intervalMs: 200, seed: 1, drainMs: 5000 },
  ...changes,
});

/** Plays a script from its beginning, which is when it is ready, to its end. */
export async function playScript(plan: ArtilleryPlan, io: Partial<ArtilleryIo> = {}): Promise<ScriptRun> {
  const reports: IntervalReport[] = [];
  const metrics: ArtilleryOutcome['metrics'][] = [];
  const thread = prepareArtillery();
  await thread.ready;
  const { outcome } = thread.play(plan, {
    startAtEpochMs: Date.now() + 50,
    addresses: () => ['127.0.0.1'],
    ...io,
    onInterval: (report, more) => {
      reports.push(report);
      metrics.push(more);
      io.onInterval?.(report, more);
    },
  });
  return { outcome: await outcome, reports, metrics };
}

/** A script of one phase, with so many users within so many seconds. */
export const scriptOf = (users: number, seconds: number, flow: string, config = ''): string => `
config:
  phases: [{ duration: ${seconds}, arrivalCount: ${users} }]
  ${config}
scenarios:
  - name: only
    flow: ${flow}
`;
