import { type AuditRecord, auditRecord } from '../../contracts/audit.ts';
import type { ItemType } from '../table/item.ts';

export const auditItem: ItemType<AuditRecord> = { name: 'AuditRecord', version: 1, schema: auditRecord };

export const auditRetentionMs = 400 * 86_400_000;
