import { Aws, CfnCondition, Fn, Stack, Validations } from 'aws-cdk-lib';
import {
  CfnRouteTable,
  CfnSecurityGroup,
  CfnSecurityGroupEgress,
  CfnSecurityGroupIngress,
  CfnSubnet,
  CfnSubnetRouteTableAssociation,
  CfnVPC,
  CfnVPCEndpoint,
} from 'aws-cdk-lib/aws-ec2';
import { AnyPrincipal, PolicyDocument, PolicyStatement } from 'aws-cdk-lib/aws-iam';
import { Construct } from 'constructs';
import type { DeploymentOptions } from '../contracts/deployment-options.ts';
import { tableActions } from './grants.ts';
import type { GivenSubnets } from './surroundings.ts';
import type { Tables } from './tables.ts';

const addresses = '10.62.0.0/20';
const subnetAddresses = ['10.62.0.0/24', '10.62.1.0/24'];

/** The first port is the writer's, the second the readers': a cluster names both to its clients. */
const redisPorts = { ipProtocol: 'tcp', fromPort: 6379, toPort: 6380 };

/**
 * Zones by their ids, which mean the same in every account. In this region, two zones by name may be some where Lambda
 * or ElastiCache Serverless is not offered.
 */
const zonesById = { region: 'us-east-1', ids: ['use1-az4', 'use1-az6'] } as const;

export interface IsolatedNetworkProps {
  tables: Tables;
  /** Default: two that the region has. */
  zones: DeploymentOptions['cacheZones'];
  /** Instead of subnets of its own. */
  given: Network | undefined;
}

const eitherIdOrName = {
  id: 'CloudFormation-Validate::F3020',
  reason: 'The zone is said by its id or by its name: one of the two stands in any region.',
};
const chosenByName = { id: 'CloudFormation-Validate::W3010', reason: 'The deployment chose its zones.' };

/**
 * Two subnets that nothing leads out of but the endpoint of DynamoDB: none of it costs anything. Or those of a network that is
 * there, whose owner has led them to DynamoDB.
 */
export class IsolatedNetwork extends Construct {
  readonly subnetIds: readonly string[];
  /** The security group of what calls, and of the Redis that it calls. */
  readonly callers: string;
  readonly redis: string;
  /** A function that starts without it does not reach DynamoDB. Undefined: it was there before. */
  readonly dynamoDb: CfnVPCEndpoint | undefined;

  constructor(scope: Construct, id: string, props: IsolatedNetworkProps) {
    super(scope, id);
    const { vpcId, subnetIds, dynamoDb } = props.given ?? ownNetwork(this, props);
    this.subnetIds = subnetIds;
    this.dynamoDb = dynamoDb;

    this.callers = group(this, 'Callers', vpcId, 'The functions that serve caches', [
      // Anywhere, where there is no way but this one: the list of DynamoDB's addresses has another id in each region.
      { ipProtocol: 'tcp', fromPort: 443, toPort: 443, cidrIp: '0.0.0.0/0', description: 'DynamoDB, by its endpoint' },
    ]);
    this.redis = group(this, 'Redis', vpcId, 'The Redis of caches', [
      // A list that is empty would stand for everything.
      { ipProtocol: 'icmp', fromPort: 252, toPort: 86, cidrIp: '255.255.255.255/32', description: 'It calls nobody' },
    ]);
    new CfnSecurityGroupEgress(this, 'CallersToRedis', {
      ...redisPorts,
      groupId: this.callers,
      destinationSecurityGroupId: this.redis,
    });
    new CfnSecurityGroupIngress(this, 'RedisFromCallers', {
      ...redisPorts,
      groupId: this.redis,
      sourceSecurityGroupId: this.callers,
    });
  }
}

interface Network extends GivenSubnets {
  dynamoDb?: CfnVPCEndpoint;
}

function ownNetwork(scope: Construct, { tables, zones }: IsolatedNetworkProps): Network {
  const vpc = new CfnVPC(scope, 'Vpc', { cidrBlock: addresses, enableDnsHostnames: true, enableDnsSupport: true });
  Validations.of(vpc).acknowledge({
    id: 'AwsSolutions-VPC7',
    reason: 'Nothing leads into or out of it but the endpoint of DynamoDB; the functions in it log what they do.',
  });
  const vpcId = vpc.attrVpcId;
  const routeTableId = new CfnRouteTable(scope, 'Routes', { vpcId }).attrRouteTableId;
  const placement = zones === undefined ? byRegion(scope) : zones.map((zone) => ({ availabilityZone: zone }));
  const subnetIds = subnetAddresses.map((cidrBlock, index) => {
    const subnet = new CfnSubnet(scope, `Subnet${index + 1}`, { vpcId, cidrBlock, ...placement[index] });
    Validations.of(subnet).acknowledge(zones === undefined ? eitherIdOrName : chosenByName);
    const subnetId = subnet.attrSubnetId;
    new CfnSubnetRouteTableAssociation(scope, `Subnet${index + 1}Routes`, { subnetId, routeTableId });
    return subnetId;
  });
  return { vpcId, subnetIds, dynamoDb: dynamoDbEndpoint(scope, { vpcId, routeTableId, tables }) };
}

const group = (
  scope: Construct,
  id: string,
  vpcId: string,
  groupDescription: string,
  securityGroupEgress: CfnSecurityGroup.EgressProperty[],
): string => new CfnSecurityGroup(scope, id, { vpcId, groupDescription, securityGroupEgress }).attrGroupId;

function byRegion(scope: Construct): Array<{ availabilityZoneId: string; availabilityZone: string }> {
  const there = new CfnCondition(scope, 'ZonesById', {
    expression: Fn.conditionEquals(Aws.REGION, zonesById.region),
  });
  const either = (inside: string, elsewhere: string): string =>
    Fn.conditionIf(there.logicalId, inside, elsewhere).toString();
  return zonesById.ids.map((id, index) => ({
    availabilityZoneId: either(id, Aws.NO_VALUE),
    availabilityZone: either(Aws.NO_VALUE, Fn.select(index, Fn.getAzs())),
  }));
}

/** Lets through what functions may be granted on the stage's own tables, and nothing of another's. */
function dynamoDbEndpoint(
  scope: Construct,
  { vpcId, routeTableId, tables }: { vpcId: string; routeTableId: string; tables: Tables },
): CfnVPCEndpoint {
  const statements = (['history', 'cache'] as const).map(
    (name) =>
      new PolicyStatement({
        principals: [new AnyPrincipal()],
        actions: [...tableActions[name].readWrite],
        resources: [tables[name].tableArn],
      }),
  );
  return new CfnVPCEndpoint(scope, 'DynamoDb', {
    vpcId,
    serviceName: `com.amazonaws.${Stack.of(scope).region}.dynamodb`,
    vpcEndpointType: 'Gateway',
    routeTableIds: [routeTableId],
    policyDocument: new PolicyDocument({ statements }),
  });
}
