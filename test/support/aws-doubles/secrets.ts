import { Double, ServiceFailure } from './double.ts';
import { jsonTarget } from './json-target.ts';

/** The part of Secrets Manager's API that Headroom uses. Secrets by their ARN. */
export async function startSecretsDouble(): Promise<{ double: Double; state: Map<string, string> }> {
  const state = new Map<string, string>();
  const double = await Double.start(
    jsonTarget({
      GetSecretValue: ({ SecretId }) => {
        const SecretString = state.get(String(SecretId));
        if (SecretString === 'denied') throw new ServiceFailure('AccessDeniedException', 400);
        if (SecretString === undefined) throw new ServiceFailure('ResourceNotFoundException', 400);
        return { ARN: SecretId, Name: 'headroom/shop/orders', VersionId: 'v1', SecretString };
      },
    }),
  );
  return { double, state };
}
