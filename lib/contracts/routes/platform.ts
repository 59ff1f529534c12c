import { z } from 'zod';
import { ok, type Route } from '../route.ts';
import { health, platformStatus } from '../status.ts';

export const platformRoutes = {
  getHealth: {
    method: 'GET',
    path: '/health',
    summary: 'Whether Headroom answers at all',
    tag: 'Platform',
    scope: 'public',
    function: 'platform-api',
    answers: ok(health),
    problems: [],
  },
  getOpenApi: {
    method: 'GET',
    path: '/openapi.json',
    summary: 'This API as an OpenAPI 3.1 document',
    tag: 'Platform',
    scope: 'public',
    function: 'platform-api',
    answers: ok(z.looseObject({ openapi: z.string() })),
    problems: [],
  },
  getDocs: {
    method: 'GET',
    path: '/docs',
    summary: 'This API, to read and to try',
    tag: 'Platform',
    scope: 'public',
    function: 'platform-api',
    answers: { 200: { description: 'A web page', contentType: 'text/html' } },
    problems: [],
  },
  getDocsAsset: {
    method: 'GET',
    path: '/docs/{asset}',
    summary: 'A script or style of the documentation page',
    tag: 'Platform',
    scope: 'public',
    function: 'platform-api',
    params: z.object({ asset: z.string().max(100) }),
    answers: { 200: { description: 'The file', contentType: '*/*' } },
    problems: ['not-found'],
  },
  getStatus: {
    method: 'GET',
    path: '/v1/status',
    summary: 'The state of every part of the platform',
    tag: 'Platform',
    scope: 'read',
    function: 'platform-api',
    answers: ok(platformStatus),
    problems: [],
  },
} as const satisfies Record<string, Route>;
