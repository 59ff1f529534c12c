import { z } from 'zod';
import { json } from './json.ts';
import { displayName, identifier, projectName, timestamp } from './names.ts';
import { pageQuery } from './page.ts';
import { queryInteger } from './query-integer.ts';

/** Who changed something: `aws` stands for somebody with AWS credentials and no key, `headroom` for Headroom by itself. */
export const auditActor = z.object({
  kind: z.enum(['api-key', 'oidc', 'aws', 'headroom']),
  id: z.string().describe('Of the key; `oidc:` and the subject of a token; what of Headroom it was'),
  name: z.string(),
});
export type AuditActor = z.output<typeof auditActor>;

/** Something that was changed, or was to be. */
export const auditRecord = z
  .object({
    auditId: identifier,
    at: timestamp,
    actor: auditActor,
    operation: z.string().describe('As the API names it; what Headroom does by itself has names of its own'),
    projects: z.array(projectName).optional().describe('Absent: the whole deployment'),
    resource: z.string().describe('The path of the request, or what was changed'),
    state: z
      .enum(['begun', 'made', 'refused', 'failed'])
      .describe('`begun`: under way, or cut off; `failed`: it broke off, and what was done by then stands'),
    status: z.number().int().optional().describe('Of the answer'),
    detail: z.string().optional().describe('Why it was refused, or how it was made'),
    correlationId: z.string().optional(),
    address: z.string().optional().describe('That the request came from'),
    request: json.optional().describe('What was asked, shortened, without any text that might be a secret'),
    change: json.optional().describe('What replaced what, where Headroom changes something of a project'),
  })
  .meta({ id: 'AuditRecord' });
export type AuditRecord = z.output<typeof auditRecord>;

const wanted = z.object({
  project: projectName.optional(),
  actor: displayName(300).optional().describe('The id or the name of who did it'),
  operation: z.string().min(1).max(100).optional(),
  from: timestamp.optional().describe('Not before; default: as far back as the trail goes'),
  to: timestamp.optional().describe('Before; default: now'),
});
export type AuditFilter = z.output<typeof wanted>;

export const auditQuery = pageQuery.extend(wanted.shape);

/** Records in one answer of the export: about a kilobyte each, so it stays far below what an answer may have. */
const maxExported = 1_000;
export const auditExportQuery = wanted.extend({
  limit: queryInteger(1, maxExported).default(maxExported),
  cursor: pageQuery.shape.cursor,
});
