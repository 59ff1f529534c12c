import { compressResponse } from '../compress-response.ts';
import type { Effect } from '../effects.ts';
import { setGateStep } from '../request-gate.ts';

export const compression: Effect<'compression'> = (value) => {
  setGateStep(
    'compression',
    value &&
      ((incoming, response, next) => {
        compressResponse(incoming, response, value.aboveBytes);
        next();
      }),
  );
};
