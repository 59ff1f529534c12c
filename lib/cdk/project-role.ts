import { ArnPrincipal, PrincipalWithConditions, Role } from 'aws-cdk-lib/aws-iam';
import { Construct } from 'constructs';
import { projectRole, projectRolePrefix } from '../contracts/project-role.ts';
import { grantMetrics } from '../stack/grants.ts';
import { grantChanges, grantConfiguration } from '../stack/resource-grants.ts';

export interface HeadroomProjectRoleProps {
  /** The account that Headroom runs in. */
  readonly headroomAccount: string;
  /** Of Headroom's stack there, after which its roles are named. Default: any that begins with `headroom-`. */
  readonly stackName?: string;
  /** Long, random, and of this project alone; the project in Headroom names it beside the role. */
  readonly externalId: string;
  /** Of the role, after `headroom-`. */
  readonly name: string;
  /** Whether Headroom may also change what has the tag `headroom:managed=true`. Default: it only reads. */
  readonly mayChange?: boolean;
}

/** The role by which Headroom, in another account, reads (and changes, where it may) the resources of a project in this one. */
export class HeadroomProjectRole extends Construct {
  readonly role: Role;

  constructor(scope: Construct, id: string, props: HeadroomProjectRoleProps) {
    super(scope, id);
    const { headroomAccount, externalId, name, mayChange = false } = props;
    const arn = `arn:aws:iam::${headroomAccount}:role/${projectRolePrefix}${name}`;
    const checked = projectRole.safeParse({ arn, externalId });
    if (!checked.success) {
      throw new Error(checked.error.issues.map(({ path, message }) => `${path.join('.')}: ${message}`).join('\n'));
    }
    this.role = new Role(this, 'Role', {
      roleName: `${projectRolePrefix}${name}`,
      description: 'By which Headroom, in another account, knows the resources of a project',
      assumedBy: new PrincipalWithConditions(new ArnPrincipal(`arn:aws:iam::${headroomAccount}:root`), {
        StringEquals: { 'sts:ExternalId': externalId },
        // CloudFormation names the roles of a deployment by its stack.
        ArnLike: { 'aws:PrincipalArn': `arn:*:iam::${headroomAccount}:role/${props.stackName ?? 'headroom'}-*` },
      }),
    });
    grantConfiguration(this.role);
    grantMetrics(this.role);
    if (mayChange) grantChanges(this.role);
  }
}
