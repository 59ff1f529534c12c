import { type Dispatcher, Pool } from 'undici';
import type { GeneratorModule } from '../../bench/load/generator.ts';

/** The way with the least between the caller and the socket: `dispatch`, whose handler begins the next request. */
export const run: GeneratorModule['run'] = async ({ url, connections, seconds }) => {
  const pool = new Pool(url, { connections, pipelining: 1, connect: { rejectUnauthorized: false } });
  const request: Dispatcher.DispatchOptions = { path: '/items/17', method: 'GET' };
  const { promise, resolve, reject } = Promise.withResolvers<void>();
  const began = performance.now();
  const endMs = began + seconds * 1_000;
  let requests = 0;
  let running = connections;
  const next = (): void => {
    pool.dispatch(request, {
      onRequestStart() {},
      onResponseStart(_, status) {
        if (status !== 200) reject(new Error(`the status was ${status}`));
      },
      onResponseData() {},
      onResponseEnd() {
        requests++;
        if (performance.now() < endMs) next();
        else if (--running === 0) resolve();
      },
      onResponseError: (_, error) => reject(error),
    });
  };
  for (let i = 0; i < connections; i++) next();
  await promise;
  const elapsed = (performance.now() - began) / 1_000;
  await pool.destroy();
  return { requests, seconds: elapsed };
};
