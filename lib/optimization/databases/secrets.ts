import { GetSecretValueCommand, SecretsManagerClient } from '@aws-sdk/client-secrets-manager';
import { asking } from '../../platform/aws-failure.ts';
import { requestHandler } from '../../platform/parts.ts';

/** @throws DomainError in whose text there is nothing of the secret */
export type ReadSecret = (arn: string) => Promise<string>;

/** Each time anew: so a password that was rotated is known at once, and none is kept. */
export const secretsOf =
  (client: Pick<SecretsManagerClient, 'send'>): ReadSecret =>
  async (arn) => {
    const { SecretString = '' } = await asking('the secret of the database', () =>
      client.send(new GetSecretValueCommand({ SecretId: arn })),
    );
    return SecretString;
  };

/** The client is made when the first secret is asked for: most requests ask for none. */
export function deployedSecrets(): ReadSecret {
  let read: ReadSecret | undefined;
  return (arn) => {
    read ??= secretsOf(new SecretsManagerClient({ requestHandler }));
    return read(arn);
  };
}
