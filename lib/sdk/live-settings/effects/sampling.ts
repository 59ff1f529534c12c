import type { ChangingSampling } from '../../telemetry/sampling.ts';
import type { Effect } from '../effects.ts';

export const samplingOf =
  (sampling: ChangingSampling): Effect<'sampling'> =>
  ({ slowRequests, flushSeconds } = {}) =>
    sampling.set({
      ...(slowRequests !== undefined && { slowRequests }),
      ...(flushSeconds !== undefined && { flushMs: Math.round(flushSeconds * 1_000) }),
    });
