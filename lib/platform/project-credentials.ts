import { AssumeRoleCommand, STSClient } from '@aws-sdk/client-sts';
import type { ProjectRole } from '../contracts/project-role.ts';
import { requestHandler } from './parts.ts';

/** The longest that a role which was taken by another may be kept. */
const durationSeconds = 3600;

export interface Credentials {
  accessKeyId: string;
  secretAccessKey: string;
  sessionToken: string;
  expiration: Date;
}

/** What clients of AWS ask for credentials; they ask again when those they have are about to expire. */
export type CredentialProvider = () => Promise<Credentials>;

/**
 * Takes the role of a project in another account.
 * @throws as STS answers, when the role does not let this deployment in or wants another external id
 */
export const credentialsOf =
  ({ arn, externalId }: ProjectRole, sts = new STSClient({ requestHandler })): CredentialProvider =>
  async () => {
    const { Credentials: given } = await sts.send(
      new AssumeRoleCommand({
        RoleArn: arn,
        ExternalId: externalId,
        RoleSessionName: 'headroom',
        DurationSeconds: durationSeconds,
      }),
    );
    const { AccessKeyId, SecretAccessKey, SessionToken, Expiration } = given ?? {};
    if (AccessKeyId === undefined || SecretAccessKey === undefined || SessionToken === undefined || !Expiration) {
      throw new Error('STS gave no credentials.');
    }
    return {
      accessKeyId: AccessKeyId,
      secretAccessKey: SecretAccessKey,
      sessionToken: SessionToken,
      expiration: Expiration,
    };
  };

const maxRoles = 200;

/** One of each for a role: clients hold their connections and their credentials. */
export function perRole<Clients>(make: (role: ProjectRole) => Clients): (role: ProjectRole) => Clients {
  const known = new Map<string, Clients>();
  return (role) => {
    const key = JSON.stringify([role.arn, role.externalId]);
    const clients = known.get(key) ?? make(role);
    if (known.size >= maxRoles) known.clear();
    known.set(key, clients);
    return clients;
  };
}
