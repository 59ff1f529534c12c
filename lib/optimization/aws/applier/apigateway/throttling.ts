import { GetStageCommand, UpdateStageCommand } from '@aws-sdk/client-apigatewayv2';
import { z } from 'zod';
import type { Held } from '../../../applier.ts';
import type { AwsClients } from '../../clients.ts';
import { everyMethod } from '../../configuration/api.ts';
import { type FoundApi, findApi } from '../../resources/api.ts';
import type { AwsProperty, Value } from '../property.ts';
import { ofAllMethods, replace, restStage } from './rest-stage.ts';

const throttle = z.strictObject({ ratePerSecond: z.number().min(1).max(100_000), burst: z.int().min(1).max(100_000) });
type Throttle = z.output<typeof throttle>;

/** Of all routes of a stage that have no limits of their own. Null: what the account allows. */
export const throttling: AwsProperty = {
  service: 'apigateway',
  path: 'stage/{stage}/throttling',
  value: throttle.nullable(),
  async open(clients, resource, [stage = '']) {
    const api = await findApi(clients, resource);
    const { isManaged, arn } = api;
    return { isManaged, arn, ...(api.kind === 'rest' ? ofRest : ofHttp)(clients, api, stage) };
  },
};

interface Throttled {
  read(): Promise<Held>;
  change(value: Value): Promise<void>;
}

const limitsOf = (rate = -1, burst = -1): Value => (rate < 0 || burst < 0 ? null : { ratePerSecond: rate, burst });

function ofRest({ apiGateway }: AwsClients, api: FoundApi, name: string): Throttled {
  const stage = restStage(apiGateway, api, name);
  return {
    async read() {
      const all = (await stage.get()).methodSettings?.[everyMethod];
      return { value: limitsOf(all?.throttlingRateLimit, all?.throttlingBurstLimit) };
    },
    async change(value) {
      // -1 takes a limit away, and leaves what else is set for all methods.
      const { ratePerSecond, burst } = (value ?? { ratePerSecond: -1, burst: -1 }) as Throttle;
      await stage.patch([
        replace(ofAllMethods('throttling/rateLimit'), ratePerSecond),
        replace(ofAllMethods('throttling/burstLimit'), burst),
      ]);
    },
  };
}

function ofHttp({ apiGatewayV2 }: AwsClients, { id }: FoundApi, name: string): Throttled {
  const stage = { ApiId: id, StageName: name };
  const settings = async () => (await apiGatewayV2.send(new GetStageCommand(stage))).DefaultRouteSettings ?? {};
  return {
    async read() {
      const { ThrottlingRateLimit, ThrottlingBurstLimit } = await settings();
      return { value: limitsOf(ThrottlingRateLimit, ThrottlingBurstLimit) };
    },
    async change(value) {
      // They are replaced as a whole: the others are given again.
      const { ThrottlingRateLimit: _, ThrottlingBurstLimit: __, ...others } = await settings();
      const limits = value as Throttle | null;
      const DefaultRouteSettings =
        limits === null
          ? others
          : { ...others, ThrottlingRateLimit: limits.ratePerSecond, ThrottlingBurstLimit: limits.burst };
      await apiGatewayV2.send(new UpdateStageCommand({ ...stage, DefaultRouteSettings }));
    },
  };
}
