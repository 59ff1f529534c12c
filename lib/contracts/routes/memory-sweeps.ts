import { memorySweep, memorySweepAccepted, memorySweepRequest, memorySweepSummary } from '../memory-sweeps.ts';
import { identifier } from '../names.ts';
import { pageOf, pageQuery } from '../page.ts';
import { accepted, inProject, ok, type Route } from '../route.ts';

const common = { tag: 'Optimization', function: 'optimization-api' } as const;
const ofSweep = inProject.extend({ sweepId: identifier });

export const memorySweepRoutes = {
  startMemorySweep: {
    ...common,
    method: 'POST',
    path: '/v1/projects/{project}/memory-sweeps',
    summary: 'Measure what a function takes and costs in 5 to 7 sizes of memory, by versions that are published for it',
    scope: 'operate',
    params: inProject,
    body: memorySweepRequest,
    startsWork: true,
    answers: accepted(memorySweepAccepted),
    problems: ['not-found', 'conflict', 'forbidden', 'unavailable'],
  },
  listMemorySweeps: {
    ...common,
    method: 'GET',
    path: '/v1/projects/{project}/memory-sweeps',
    summary: 'List memory sweeps, the newest first',
    scope: 'read',
    params: inProject,
    query: pageQuery,
    answers: ok(pageOf(memorySweepSummary)),
    problems: ['not-found'],
  },
  getMemorySweep: {
    ...common,
    method: 'GET',
    path: '/v1/projects/{project}/memory-sweeps/{sweepId}',
    summary: 'Show a memory sweep: how far it is, its curve, and which size to take',
    scope: 'read',
    params: ofSweep,
    answers: ok(memorySweep),
    problems: ['not-found'],
  },
  cancelMemorySweep: {
    ...common,
    method: 'POST',
    path: '/v1/projects/{project}/memory-sweeps/{sweepId}/cancel',
    summary: 'Break a memory sweep off: what it published is taken away, and what it has measured stays',
    scope: 'operate',
    params: ofSweep,
    answers: accepted(memorySweepAccepted),
    problems: ['not-found', 'conflict'],
  },
} as const satisfies Record<string, Route>;
