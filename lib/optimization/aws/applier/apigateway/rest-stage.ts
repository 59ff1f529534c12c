import {
  type APIGatewayClient,
  GetStageCommand,
  type PatchOperation,
  type Stage,
  UpdateStageCommand,
} from '@aws-sdk/client-api-gateway';
import { DomainError } from '../../../../platform/errors.ts';
import type { FoundApi } from '../../resources/api.ts';

/** A stage of a REST API. */
export interface RestStage {
  get(): Promise<Stage>;
  patch(operations: readonly PatchOperation[]): Promise<void>;
}

export const restStage = (apiGateway: APIGatewayClient, api: FoundApi, stageName: string): RestStage => {
  const stage = { restApiId: api.id, stageName };
  return {
    get: () => apiGateway.send(new GetStageCommand(stage)),
    async patch(operations) {
      await apiGateway.send(new UpdateStageCommand({ ...stage, patchOperations: [...operations] }));
    },
  };
};

/** @throws DomainError invalid-request: HTTP APIs have no such thing */
export function requireRest(api: FoundApi, resource: string, what: string): void {
  if (api.kind !== 'rest')
    throw new DomainError('invalid-request', `${resource} is an HTTP API, which has no ${what}.`);
}

export const replace = (path: string, value: number | string | boolean): PatchOperation => ({
  op: 'replace',
  path,
  value: String(value),
});

/** Of all methods of a stage that have no settings of their own. */
export const ofAllMethods = (setting: string): string => `/*/*/${setting}`;
