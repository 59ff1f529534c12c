import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { projectSettings } from '../../../lib/contracts/projects.ts';
import { clientsFor, createAwsClients } from '../../../lib/optimization/aws/clients.ts';
import { AwsConfigurationReader } from '../../../lib/optimization/aws/configuration/reader.ts';
import { Double, type Protocol, ServiceFailure } from '../../support/aws-doubles/double.ts';
import { queryXml } from '../../support/aws-doubles/query-xml.ts';

const role = { arn: 'arn:aws:iam::210987654321:role/headroom-shop', externalId: 'b2a1c0d9e8f7a6b5' };
const ownKey = 'OWN';
const environment = { AWS_REGION: 'us-east-1', AWS_ACCESS_KEY_ID: ownKey, AWS_SECRET_ACCESS_KEY: 'secret' };

/** Who called, by the access keys that requests were signed with. */
let callers: string[] = [];
const signed = (protocol: Protocol): Protocol => ({
  ...protocol,
  read(request) {
    callers.push(/Credential=([^/]+)\//.exec(request.headers.authorization ?? '')?.[1] ?? 'nobody');
    return protocol.read(request);
  },
});

let validForMs = 3_600_000;
let taken = 0;
let sts: Double;
let cloudFormation: Double;
const before = { ...process.env };

beforeAll(async () => {
  sts = await Double.start(
    queryXml({
      AssumeRole: ({ RoleArn, ExternalId }) => {
        if (RoleArn !== role.arn || ExternalId !== role.externalId) throw new ServiceFailure('AccessDenied', 403);
        taken++;
        return {
          Credentials: {
            AccessKeyId: `TAKEN${taken}`,
            SecretAccessKey: 'secret',
            SessionToken: 'token',
            Expiration: new Date(Date.now() + validForMs).toISOString(),
          },
        };
      },
    }),
  );
  cloudFormation = await Double.start(
    signed(
      queryXml({
        ListStackResources: () => ({ StackResourceSummaries: [] }),
        GetTemplate: () => ({ TemplateBody: '{"Resources":{}}' }),
      }),
    ),
  );
  Object.assign(process.env, environment, {
    AWS_ENDPOINT_URL_STS: sts.endpoint,
    AWS_ENDPOINT_URL_CLOUDFORMATION: cloudFormation.endpoint,
  });
});
afterAll(async () => {
  await Promise.all([sts.stop(), cloudFormation.stop()]);
  process.env = before;
});
beforeEach(() => {
  callers = [];
  taken = 0;
  validForMs = 3_600_000;
  for (const double of [sts, cloudFormation]) double.forget();
});

const projectIn = (given?: typeof role) => ({ resources: { stack: 'shop', ...(given && { role: given }) } });
const read = (clients = createAwsClients(), project = projectIn(role)) =>
  new AwsConfigurationReader(clients, Date.now).read(project);

describe('a project in another account', () => {
  it('is read as its role there, which is taken once, with its external id', async () => {
    const clients = createAwsClients();
    const first = await read(clients);
    await read(clients);
    expect(first.problems).toEqual([]);
    expect(new Set(callers)).toEqual(new Set(['TAKEN1']));
    expect(sts.calls.map(({ input }) => input)).toEqual([
      expect.objectContaining({ RoleArn: role.arn, ExternalId: role.externalId, RoleSessionName: 'headroom' }),
    ]);
  });

  it('is taken anew before what was given expires', async () => {
    validForMs = 1_000;
    const clients = createAwsClients();
    await read(clients);
    await read(clients);
    expect(callers.filter((caller) => !caller.startsWith('TAKEN'))).toEqual([]);
    expect(callers.at(-1)).not.toBe(callers.at(0));
  });

  it('is not read at all where the role does not let Headroom in, and never as Headroom itself', async () => {
    const { problems, stack } = await read(undefined, projectIn({ ...role, externalId: 'wrong-wrong-wrong' }));
    expect(stack).toBeUndefined();
    expect(problems.length).toBeGreaterThan(0);
    expect(callers).toEqual([]);
    expect(JSON.stringify(problems)).not.toContain('internal-role');
  });

  it('shares nothing with projects of this account, or with those of other roles', async () => {
    const clients = createAwsClients();
    await read(clients, projectIn());
    expect(new Set(callers)).toEqual(new Set([ownKey]));
    expect(sts.calls).toEqual([]);
    const one = clientsFor(clients, projectIn(role));
    expect(clientsFor(clients, projectIn(role))).toBe(one);
    expect(clientsFor(clients, projectIn({ ...role, externalId: 'another-external-id' }))).not.toBe(one);
    expect(clientsFor(clients, projectIn())).toBe(clients);
  });
});

describe('a role', () => {
  const parse = (given: Partial<typeof role>) =>
    projectSettings.safeParse({ baseUrl: 'https://shop.example.com', resources: { role: { ...role, ...given } } });

  it('is named headroom-..., as the permission of the deployment says', () => {
    expect(parse({}).success).toBe(true);
    expect(parse({ arn: 'arn:aws:iam::210987654321:role/admin' }).success).toBe(false);
    expect(parse({ arn: 'arn:aws:iam::210987654321:role/path/headroom-shop' }).success).toBe(false);
  });

  it('has an external id that is not guessed', () => {
    expect(parse({ externalId: 'shop' }).success).toBe(false);
  });
});
