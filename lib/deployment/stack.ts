import { DeleteStackCommand, DescribeStackEventsCommand, DescribeStacksCommand } from '@aws-sdk/client-cloudformation';
import type { DeployedStack, StackEvent } from '../contracts/deployment.ts';
import { pause } from '../platform/pause.ts';
import type { DeploymentClients } from './clients.ts';

type Clients = Pick<DeploymentClients, 'cloudFormation'>;

export const stackNameOf = (stage: string): string => `headroom-${stage}`;

/** @throws as CloudFormation answers, but for a stack that is not there */
export async function findStack({ cloudFormation }: Clients, stage: string): Promise<DeployedStack> {
  try {
    const { Stacks = [] } = await cloudFormation.send(new DescribeStacksCommand({ StackName: stackNameOf(stage) }));
    const [stack] = Stacks;
    const outputs = (stack?.Outputs ?? []).map(({ OutputKey = '', OutputValue = '' }) => [OutputKey, OutputValue]);
    return { status: stack?.StackStatus, outputs: Object.fromEntries(outputs) };
  } catch (error) {
    // So CloudFormation says that there is none.
    if (error instanceof Error && error.name === 'ValidationError' && /does not exist/.test(error.message)) {
      return { status: undefined, outputs: {} };
    }
    throw error;
  }
}

/** The events of a stack since a moment, oldest first, each once however often it is asked. */
export class StackEvents {
  readonly #clients: Clients;
  readonly #stack: string;
  readonly #sinceMs: number;
  readonly #seen = new Set<string>();

  /** @param stack its name, or its id where it may be gone by then */
  constructor(clients: Clients, stack: string, sinceMs: number) {
    this.#clients = clients;
    this.#stack = stack;
    this.#sinceMs = sinceMs;
  }

  async next(): Promise<StackEvent[]> {
    const found: StackEvent[] = [];
    let NextToken: string | undefined;
    do {
      const page = await this.#clients.cloudFormation.send(
        new DescribeStackEventsCommand({ StackName: this.#stack, ...(NextToken === undefined ? {} : { NextToken }) }),
      );
      NextToken = page.NextToken;
      for (const event of page.StackEvents ?? []) {
        const { EventId = '', Timestamp, LogicalResourceId = '', ResourceType = '' } = event;
        // Newest first: what follows was seen, or is of an earlier deployment.
        if (this.#seen.has(EventId) || (Timestamp?.getTime() ?? 0) < this.#sinceMs) {
          NextToken = undefined;
          break;
        }
        this.#seen.add(EventId);
        const { ResourceStatus: status = '', ResourceStatusReason: reason } = event;
        const at = (Timestamp ?? new Date()).toISOString();
        found.push({ at, resource: LogicalResourceId, type: ResourceType, status, ...(reason && { reason }) });
      }
    } while (NextToken !== undefined);
    return found.reverse();
  }
}

export interface Watching {
  onEvent: (event: StackEvent) => void;
  pollMs: number;
}

/**
 * Deletes a stack and waits until it is gone.
 * @throws Error that names what could not be deleted
 */
export async function deleteStack(clients: Clients, stage: string, { onEvent, pollMs }: Watching): Promise<void> {
  const { cloudFormation } = clients;
  const { Stacks = [] } = await cloudFormation.send(new DescribeStacksCommand({ StackName: stackNameOf(stage) }));
  // By its id, since a stack that is gone has no name any more.
  const StackName = Stacks[0]?.StackId ?? stackNameOf(stage);
  const events = new StackEvents(clients, StackName, Date.now() - 1_000);
  await cloudFormation.send(new DeleteStackCommand({ StackName }));
  const failed: string[] = [];
  for (;;) {
    for (const event of await events.next()) {
      onEvent(event);
      if (event.status === 'DELETE_FAILED') failed.push(`${event.resource}: ${event.reason ?? 'no reason given'}`);
    }
    const { Stacks: now = [] } = await cloudFormation.send(new DescribeStacksCommand({ StackName }));
    const status = now[0]?.StackStatus;
    if (status === undefined || status === 'DELETE_COMPLETE') return;
    if (status === 'DELETE_FAILED') throw new Error(`The stack could not be deleted: ${failed.join('; ')}`);
    await pause(pollMs);
  }
}
