import { auditExportQuery, auditQuery, auditRecord } from '../audit.ts';
import { pageOf } from '../page.ts';
import { ok, type Route } from '../route.ts';

export const auditRoutes = {
  listAudit: {
    method: 'GET',
    path: '/v1/audit',
    summary: 'Who changed what, the newest first; a key that is bound to projects sees what concerns these alone',
    tag: 'Access',
    scope: 'admin',
    function: 'platform-api',
    query: auditQuery,
    answers: ok(pageOf(auditRecord)),
    problems: [],
  },
  exportAudit: {
    method: 'GET',
    path: '/v1/audit/export',
    summary: 'The same as lines of JSON, up to 1,000 in an answer',
    tag: 'Access',
    scope: 'admin',
    function: 'platform-api',
    query: auditExportQuery,
    answers: {
      200: {
        description: 'A record in each line; nothing where there is none',
        contentType: 'application/x-ndjson',
        headers: { 'Headroom-Next-Cursor': 'The `cursor` to go on with; absent: that was all' },
      },
    },
    problems: [],
  },
} as const satisfies Record<string, Route>;
