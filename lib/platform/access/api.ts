import { auditHandlers } from '../audit/handlers.ts';
import { AuditRecords } from '../audit/records.ts';
import { keyHandlers } from '../keys/handlers.ts';
import { KeyService } from '../keys/service.ts';
import { openOidc } from '../oidc/open.ts';
import type { Parts } from '../parts.ts';
import { accessHandlers } from './handlers.ts';

/** Who may come in, by which key, and who changed what. */
export const accessApi = (parts: Parts) => ({
  ...accessHandlers(openOidc(parts)),
  ...auditHandlers(new AuditRecords(parts)),
  ...keyHandlers(new KeyService(parts)),
});
