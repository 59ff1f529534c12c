import { z } from 'zod';
import type { AwsProperty } from '../property.ts';
import { tableAccess } from './table-access.ts';

const classes = z.enum(['STANDARD', 'STANDARD_INFREQUENT_ACCESS']);

/** DynamoDB takes two changes of it within 30 days. */
export const tableClass: AwsProperty = {
  service: 'dynamodb',
  path: 'tableClass',
  value: classes,
  open: ({ dynamodb }, resource) =>
    tableAccess(dynamodb, resource, {
      read: ({ TableClassSummary }) => TableClassSummary?.TableClass ?? 'STANDARD',
      wire: (value) => ({ TableClass: classes.parse(value) }),
    }),
};
