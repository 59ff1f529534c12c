import { z } from 'zod';
import { liveSettings, settingsDocument } from '../live-settings.ts';
import { inProject, type Route } from '../route.ts';

const headers = {
  ETag: 'The version',
  'Headroom-Signature': '`v1=` and an HMAC-SHA256 of version and body, keyed with the SHA-256 of the API key’s secret',
};

export const liveSettingsRoutes = {
  getLiveSettings: {
    method: 'GET',
    path: '/v1/projects/{project}/settings',
    summary: 'The live settings that a service with the SDK follows',
    tag: 'Optimization',
    scope: 'read',
    function: 'optimization-api',
    isData: true,
    params: inProject,
    headers: z.object({ 'if-none-match': z.string().max(200).optional() }),
    answers: {
      200: { description: 'OK', body: settingsDocument, headers },
      304: { description: 'As the caller has them', headers },
    },
    problems: ['not-found'],
  },
  putLiveSettings: {
    method: 'PUT',
    path: '/v1/projects/{project}/settings',
    summary: 'Set live settings by hand, in place of all that were set',
    tag: 'Optimization',
    scope: 'operate',
    function: 'optimization-api',
    params: inProject,
    headers: z.object({
      'if-match': z.string().max(200).optional().describe('The version that they are to replace'),
    }),
    body: liveSettings,
    answers: { 200: { description: 'Set', body: settingsDocument, headers: { ETag: 'The version' } } },
    problems: ['not-found', 'conflict', 'precondition-failed'],
  },
} as const satisfies Record<string, Route>;
