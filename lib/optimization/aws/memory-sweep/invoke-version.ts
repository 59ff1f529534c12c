import { InvokeCommand, type LambdaClient } from '@aws-sdk/client-lambda';
import { asking, codeOf } from '../../../platform/aws-failure.ts';
import { DomainError } from '../../../platform/errors.ts';
import { type InvocationReport, reportOf } from '../report-line.ts';

/**
 * Invokes one version and tells what Lambda reported of it: not what the network took.
 *
 * @throws DomainError conflict when the function itself fails, or reports nothing: what it took then says nothing
 */
export async function invokeVersion(
  lambda: LambdaClient,
  { functionName, resource, payload }: { functionName: string; resource: string; payload: string },
  version: string,
): Promise<InvocationReport> {
  const { FunctionError, LogResult = '' } = await asking(`version ${version} of ${resource}`, async () => {
    try {
      const input = { FunctionName: functionName, Qualifier: version, LogType: 'Tail' as const };
      return await lambda.send(new InvokeCommand({ ...input, Payload: Buffer.from(payload) }));
    } catch (error) {
      // It was just published, and Lambda is still making it ready.
      if (codeOf(error) !== 'ResourceConflictException') throw error;
      throw new DomainError('unavailable', `Version ${version} of ${resource} is not ready yet.`, {
        retryAfterSeconds: 5,
      });
    }
  });
  if (FunctionError !== undefined) {
    throw new DomainError('conflict', `${resource} fails with the payload that was given for the sweep.`);
  }
  const lines = Buffer.from(LogResult, 'base64').toString().split('\n');
  const report = lines.map((line) => reportOf(line.trimEnd())).find((one) => one !== undefined);
  if (report === undefined) {
    throw new DomainError(
      'conflict',
      `${resource} does not report its invocations: its log format or level hides them.`,
    );
  }
  return report;
}
