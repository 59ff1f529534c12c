import type { BottleneckType } from '../../contracts/analysis.ts';
import { cacheMisses } from './cache-misses.ts';
import { coldStarts } from './cold-starts.ts';
import { cpuBound } from './cpu-bound.ts';
import { errors } from './errors.ts';
import type { Rule } from './finding.ts';
import { garbageCollection } from './garbage-collection.ts';
import { memoryLeak } from './memory-leak.ts';
import { missingCache } from './missing-cache.ts';
import { nPlusOne } from './n-plus-one.ts';
import { pool } from './pool.ts';
import { cpu, eventLoop, memory } from './resources.ts';
import { slowEndpoint } from './slow-endpoint.ts';
import { slowQuery } from './slow-query.ts';
import { slowUpstream } from './slow-upstream.ts';
import { throttles } from './throttles.ts';

export const rules: Record<BottleneckType, Rule> = {
  'slow-endpoint': slowEndpoint,
  'slow-query': slowQuery,
  'n-plus-one': nPlusOne,
  'missing-cache': missingCache,
  'cache-misses': cacheMisses,
  pool,
  'cpu-bound': cpuBound,
  'slow-upstream': slowUpstream,
  errors,
  throttles,
  'cold-starts': coldStarts,
  cpu,
  memory,
  'memory-leak': memoryLeak,
  gc: garbageCollection,
  'event-loop': eventLoop,
};
