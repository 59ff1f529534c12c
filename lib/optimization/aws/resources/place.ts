import { DomainError } from '../../../platform/errors.ts';
import { resourcePlace } from '../../../telemetry/aws/resource-place.ts';

interface Regional {
  config: { region(): Promise<string> };
}

/**
 * Before anything is asked by the name alone, which another resource may have here.
 *
 * @param name as the project calls it
 * @throws DomainError invalid-request when it lies in another region than the client's
 */
export async function requireRegion({ config }: Regional, name: string): Promise<void> {
  const here = await config.region();
  const { region = here } = resourcePlace(name);
  if (region !== here) throw elsewhere(name, `region ${region}`, here);
}

/**
 * @param arn of what was found
 * @throws DomainError invalid-request when that lies in another account than the project says
 */
export function requireAccount(name: string, arn: string): void {
  const { account: here } = resourcePlace(arn);
  const { account = here } = resourcePlace(name);
  if (here !== undefined && account !== here) throw elsewhere(name, `account ${account}`, here);
}

const elsewhere = (name: string, where: string, here: string): DomainError =>
  new DomainError(
    'invalid-request',
    `${name} lies in the ${where}, and Headroom reads and changes what lies in ${here}.`,
  );
