import { GetCallerIdentityCommand } from '@aws-sdk/client-sts';
import { codeOf, type DeploymentClients } from './clients.ts';

export interface AwsCaller {
  account: string;
  arn: string;
  region: string;
}

/** @throws Error of one sentence, where there are no credentials, they are not taken, no region is set, or AWS is out of reach */
export async function requireCaller({ sts }: Pick<DeploymentClients, 'sts'>): Promise<AwsCaller> {
  let region: string;
  try {
    region = await sts.config.region();
  } catch (cause) {
    throw new Error('No AWS region is set: set AWS_REGION, or a region in your profile.', { cause });
  }
  try {
    const { Account = '', Arn = '' } = await sts.send(new GetCallerIdentityCommand({}));
    return { account: Account, arn: Arn, region };
  } catch (cause) {
    // What AWS itself says has this.
    const isAnswer = cause instanceof Error && '$fault' in cause;
    const code = codeOf(cause);
    const why = /CredentialsProvider|CredentialsError|TokenProvider/.test(code)
      ? 'No AWS credentials were found: sign in with `aws sso login`, or set AWS_PROFILE or AWS_ACCESS_KEY_ID.'
      : /Expired/.test(code)
        ? 'Your AWS credentials have expired: sign in again.'
        : isAnswer
          ? `AWS does not take your credentials (${code}).`
          : `AWS cannot be reached in ${region}: ${cause instanceof Error ? cause.message : code}.`;
    throw new Error(why, { cause });
  }
}
