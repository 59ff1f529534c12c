import type { Check, CheckSummary } from '../contracts/checks.ts';
import type { OperationRequest } from '../contracts/routes.ts';
import type { Client } from '../sdk/client.ts';
import { CliError, clause } from './failure.ts';
import { liveFigures } from './load-report.ts';
import type { Progress } from './progress.ts';

export type CheckBody = OperationRequest<'startCheck'>['body'];

const pollMs = 500;

const phases: Record<Check['steps'][number]['name'], string> = {
  'load-test': 'Load test',
  telemetry: 'Telemetry from inside',
  analysis: 'Analysis',
};

const isOver = ({ status }: Pick<CheckSummary, 'status'>): boolean => status !== 'queued' && status !== 'running';

interface Following {
  progress: Progress;
  signal: AbortSignal;
}

/** As `endedCheck`. @throws CliError when it could not be carried out */
export const runCheck = async (
  client: Client,
  project: string,
  body: CheckBody,
  following: Following,
): Promise<Check> => carriedOut(await endedCheck(client, project, body, following));

/** Starts a check and shows how it goes until it is over. */
export async function endedCheck(
  client: Client,
  project: string,
  body: CheckBody,
  { progress, signal }: Following,
): Promise<Check> {
  const { checkId } = await client.call('startCheck', { params: { project }, body, signal });
  let check: Check | undefined;
  try {
    progress.show(0, 'Waiting');
    const following = client.poll(
      'getCheck',
      { params: { project, checkId } },
      { until: isOver, intervalMs: pollMs, signal },
    );
    for await (const shown of following) {
      // It was started as a check.
      if (shown.kind !== 'check') continue;
      check = shown;
      const step = check.steps.find(({ status }) => status === 'running');
      if (step !== undefined) {
        progress.show(
          check.progressPercent,
          phases[step.name],
          step.detail ?? (await figuresOf(client, check, signal)),
        );
      }
    }
    if (check !== undefined && check.status !== 'failed') progress.show(100, 'Done');
  } catch (error) {
    if (!signal.aborted) throw error;
    throw new CliError(`Interrupted; the check ${checkId} goes on at the platform.`);
  } finally {
    progress.end();
  }
  if (check === undefined) throw new CliError(`The check ${checkId} was never shown.`);
  return check;
}

/** @throws CliError when it could not be carried out */
export function carriedOut(check: Check): Check {
  if (check.status !== 'failed') return check;
  const reason = clause(check.reason ?? 'no reason was given');
  throw new CliError(`The check ${check.checkId} could not be carried out: ${reason}.`);
}

/** What its load test has measured so far. They are only shown: a check goes on without them. */
async function figuresOf(client: Client, { project, testId }: Check, signal: AbortSignal): Promise<string | undefined> {
  if (testId === undefined) return undefined;
  try {
    const { result } = await client.call('getLoadTest', { params: { project, testId }, signal });
    return result && liveFigures(result);
  } catch {
    return undefined;
  }
}
