import {
  DescribeTableCommand,
  type DynamoDBClient,
  ListTagsOfResourceCommand,
  type TableDescription,
} from '@aws-sdk/client-dynamodb';
import { asking } from '../../../platform/aws-failure.ts';
import { notFound } from '../../../platform/errors.ts';
import { resourceName } from '../../../telemetry/aws/resource-name.ts';
import { isManaged, tagsOf } from '../managed-tag.ts';
import { allPages } from '../pages.ts';
import { requireAccount, requireRegion } from './place.ts';

export interface FoundTable {
  tableName: string;
  arn: string;
  isManaged: boolean;
  description: TableDescription;
}

/** @throws DomainError not-found, forbidden, unavailable */
export async function findTable(dynamodb: DynamoDBClient, name: string): Promise<FoundTable> {
  const tableName = resourceName(name);
  return asking(`the table ${name}`, async () => {
    await requireRegion(dynamodb, name);
    const { Table } = await dynamodb.send(new DescribeTableCommand({ TableName: tableName }));
    if (Table?.TableArn === undefined) throw notFound(`The table ${name}`);
    const ResourceArn = Table.TableArn;
    requireAccount(name, ResourceArn);
    const tags = await allPages(async (NextToken) => {
      const page = await dynamodb.send(
        new ListTagsOfResourceCommand({ ResourceArn, ...(NextToken ? { NextToken } : {}) }),
      );
      return { items: page.Tags, next: page.NextToken };
    });
    return { tableName, arn: ResourceArn, isManaged: isManaged(tagsOf(tags)), description: Table };
  });
}
