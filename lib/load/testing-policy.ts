import { DomainError } from '../platform/errors.ts';
import { type Target, targetKind } from '../projects/target.ts';

/**
 * AWS asks whoever sends much traffic to keep to its policy on stress tests, whatever tool sends it. Nobody knows before a
 * test how much it will be, so a deployment sends none to public targets until its owner says that he has read it.
 * @throws DomainError testing-policy-unread, naming the setting
 */
export function requireTestingPolicy(
  targets: readonly Pick<Target, 'hostname' | 'addresses'>[],
  { testingPolicyRead }: { testingPolicyRead: boolean },
): void {
  const target = targets.find((one) => targetKind(one) === 'public');
  if (testingPolicyRead || target === undefined) return;
  throw new DomainError(
    'testing-policy-unread',
    `${target.hostname} is a public target. Read AWS's policy on stress tests (https://aws.amazon.com/ec2/testing/), and say so once for this deployment: with -c testingPolicy=read at cdk deploy, or HEADROOM_TESTING_POLICY=read in the environment of headroom start.`,
  );
}
