import { CfnSecurityGroup } from 'aws-cdk-lib/aws-ec2';
import type { Function as LambdaFunction } from 'aws-cdk-lib/aws-lambda';
import { Construct } from 'constructs';
import type { FunctionDefinition } from '../contracts/function-definition.ts';
import { place } from './place.ts';
import type { GivenSubnets } from './surroundings.ts';

/** Who calls targets: their settings say whether private ones may be. Isolated functions have a network already. */
export const callsTargets = ({ network, settings }: FunctionDefinition): boolean =>
  network === 'public' && settings.includes('HEADROOM_PRIVATE_TARGETS');

/** Places what calls targets in subnets of the deployment's owner, from which private targets can be reached. */
export class TargetNetwork extends Construct {
  /** What a target's own security group lets in. */
  readonly callers: string;
  readonly #subnetIds: readonly string[];

  constructor(scope: Construct, id: string, { vpcId, subnetIds }: GivenSubnets) {
    super(scope, id);
    this.#subnetIds = subnetIds;
    this.callers = new CfnSecurityGroup(this, 'Callers', {
      vpcId,
      groupDescription: 'The functions of Headroom that call targets',
      securityGroupEgress: [{ ipProtocol: '-1', cidrIp: '0.0.0.0/0', description: 'Targets, and AWS' }],
    }).attrGroupId;
  }

  enter(lambda: LambdaFunction): void {
    place(lambda, { securityGroupIds: [this.callers], subnetIds: [...this.#subnetIds] });
  }
}
