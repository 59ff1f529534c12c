import { existsSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { FileSystem } from 'aws-cdk-lib';
import { type ISecurityGroup, type IVpc, SecurityGroup, type SubnetSelection } from 'aws-cdk-lib/aws-ec2';
import { type IManagedPolicy, PermissionsBoundary } from 'aws-cdk-lib/aws-iam';
import type { IKey } from 'aws-cdk-lib/aws-kms';
import type { ITopic } from 'aws-cdk-lib/aws-sns';
import { Construct } from 'constructs';
import { type DeploymentInput, parseDeploymentOptions } from '../contracts/deployment-options.ts';
import { type FunctionName, functionNames } from '../contracts/functions.ts';
import type { Bundle } from '../stack/bundle.ts';
import { unpackBundles } from '../stack/bundle-archive.ts';
import { Platform } from '../stack/platform.ts';
import { type GivenSubnets, surroundingsOf } from '../stack/surroundings.ts';
import { type KeptOptimizationsOptions, keepOptimizations } from './kept-optimizations.ts';
import { HeadroomProjectRole, type HeadroomProjectRoleProps } from './project-role.ts';

export { HeadroomProjectRole, type HeadroomProjectRoleProps, type KeptOptimizationsOptions, keepOptimizations };

/** What is said by the id of something that the app may have as a construct. */
type ById = 'vpcId' | 'targetSubnetIds' | 'cacheSubnetIds' | 'kmsKeyArn' | 'permissionsBoundaryArn';

/** Of a VPC what is used, so that a strict compiler takes every kind of it. */
type Network = Pick<IVpc, 'vpcId' | 'selectSubnets'>;

export interface HeadroomPlatformProps extends Omit<DeploymentInput, ById> {
  /** A network of the app's own. It is used for what a selection below is given for. */
  readonly vpc?: Network;
  /** For the functions that call targets, so that they reach private ones. A way out to AWS must lead from there. */
  readonly targetSubnets?: SubnetSelection;
  /** For tier 2 of caches, in two zones. Routes must lead from there to a gateway endpoint of DynamoDB. */
  readonly cacheSubnets?: SubnetSelection;
  /** Encrypts what is kept. */
  readonly encryptionKey?: IKey;
  /** Of every role. */
  readonly permissionsBoundary?: IManagedPolicy;
  /** Where the functions were built to. Default: those that this package brings. */
  readonly bundlesDirectory?: string;
}

/** Built when the package was. */
const archive = fileURLToPath(new URL('../../functions.zst', import.meta.url));
const layerBundle = 'instrument-layer';

let unpacked: Readonly<Record<string, Bundle>> | undefined;

/** Once in a process, wherever it makes how many platforms. */
function ownBundles(): Readonly<Record<string, Bundle>> {
  if (unpacked === undefined) {
    if (!existsSync(archive)) throw new Error('No functions were built into this package: give `bundlesDirectory`.');
    const directory = FileSystem.mkdtemp('headroom-functions-');
    unpacked = bundlesOf(directory, unpackBundles(archive, directory));
  }
  return unpacked;
}

const bundlesOf = (directory: string, names: readonly string[]): Record<string, Bundle> =>
  Object.fromEntries(names.map((name) => [name, { directory: `${directory}/${name}` }]));

/**
 * Headroom inside an app of one's own: the whole platform of one stage, in the stack that it is made in, of which it takes some 300
 * resources. Another stage goes into another stack.
 *
 * @throws Error with one line for each option that is wrong
 */
export class HeadroomPlatform extends Construct {
  /** Where the API answers. */
  readonly url: string;
  /** Of the table that keeps everything but caches: what `headroom keys create --admin --table` takes. */
  readonly historyTableName: string;
  readonly cacheTableName: string;
  /** Takes the app's own CloudWatch alarms too. */
  readonly alarmsTopic: ITopic;
  /** Reports the Lambda functions that it is added to. */
  readonly instrumentLayerArn: string;
  /** What private targets must let in. Undefined without `targetSubnets`. */
  readonly targetCallers: ISecurityGroup | undefined;

  constructor(scope: Construct, id: string, props: HeadroomPlatformProps = {}) {
    super(scope, id);
    const { vpc, targetSubnets, cacheSubnets, encryptionKey, permissionsBoundary, bundlesDirectory, ...given } = props;
    const options = parseDeploymentOptions(given);
    const bundles =
      bundlesDirectory === undefined ? ownBundles() : bundlesOf(bundlesDirectory, [...functionNames, layerBundle]);
    const platform = new Platform(this, 'Default', {
      options,
      bundles: bundles as Record<FunctionName, Bundle>,
      layer: bundles[layerBundle] as Bundle,
      surroundings: {
        ...surroundingsOf(this, options),
        key: encryptionKey,
        targetSubnets: subnetsOf(vpc, targetSubnets, 'targetSubnets'),
        cacheSubnets: subnetsOf(vpc, cacheSubnets, 'cacheSubnets'),
      },
    });
    if (permissionsBoundary !== undefined) PermissionsBoundary.of(this).apply(permissionsBoundary);
    this.url = platform.url;
    this.historyTableName = platform.tables.history.tableName;
    this.cacheTableName = platform.tables.cache.tableName;
    this.alarmsTopic = platform.topics.byName.alarms;
    this.instrumentLayerArn = platform.layer.arn;
    this.targetCallers =
      platform.targetCallers === undefined
        ? undefined
        : SecurityGroup.fromSecurityGroupId(this, 'TargetCallers', platform.targetCallers);
  }
}

function subnetsOf(
  vpc: Network | undefined,
  selection: SubnetSelection | undefined,
  option: string,
): GivenSubnets | undefined {
  if (selection === undefined) return undefined;
  if (vpc === undefined) throw new Error(`The option ${option}: needs \`vpc\``);
  return { vpcId: vpc.vpcId, subnetIds: vpc.selectSubnets(selection).subnetIds };
}
