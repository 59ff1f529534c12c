import type { Bottleneck } from '../../contracts/analysis.ts';
import { errors } from './errors.ts';
import type { Rule } from './finding.ts';
import { nPlusOne } from './n-plus-one.ts';
import { cpu, eventLoop, memory } from './resources.ts';
import { slowEndpoint } from './slow-endpoint.ts';
import { slowQuery } from './slow-query.ts';

export const rules: Record<Bottleneck['type'], Rule> = {
  'slow-endpoint': slowEndpoint,
  'slow-query': slowQuery,
  'n-plus-one': nPlusOne,
  errors,
  cpu,
  memory,
  'event-loop': eventLoop,
};
