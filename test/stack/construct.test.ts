import { mkdirSync, mkdtempSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { App, Stack } from 'aws-cdk-lib';
import { Match, Template } from 'aws-cdk-lib/assertions';
import { SubnetType, Vpc } from 'aws-cdk-lib/aws-ec2';
import { ManagedPolicy } from 'aws-cdk-lib/aws-iam';
import { Key } from 'aws-cdk-lib/aws-kms';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { HeadroomPlatform, type HeadroomPlatformProps, HeadroomProjectRole } from '../../lib/cdk/platform.ts';
import { functionNames } from '../../lib/contracts/functions.ts';
import { packBundles, unpackBundles } from '../../lib/stack/bundle-archive.ts';

let scratch: string;
let bundlesDirectory: string;
beforeAll(() => {
  scratch = mkdtempSync(join(tmpdir(), 'headroom-construct-'));
  bundlesDirectory = join(scratch, 'bundles');
  for (const name of [...functionNames, 'instrument-layer']) {
    mkdirSync(join(bundlesDirectory, name), { recursive: true });
    writeFileSync(join(bundlesDirectory, name, 'index.mjs'), 'export const handler = async () => {};\n');
  }
});
afterAll(() => rmSync(scratch, { recursive: true, force: true }));

let apps = 0;
const newApp = () =>
  new App({ outdir: join(scratch, `out${apps++}`), context: { '@aws-cdk/core:validateAgainstDefaultRules': false } });

describe('the platform in an app of its user', () => {
  it('takes what the app has: its network, its key, its boundary and tags', () => {
    const app = newApp();
    const stack = new Stack(app, 'Performance');
    const props: HeadroomPlatformProps = {
      stage: 'team',
      vpc: new Vpc(stack, 'Vpc', { maxAzs: 2 }),
      targetSubnets: { subnetType: SubnetType.PRIVATE_WITH_EGRESS },
      cacheSubnets: { subnetType: SubnetType.PRIVATE_WITH_EGRESS },
      encryptionKey: new Key(stack, 'Key'),
      permissionsBoundary: ManagedPolicy.fromAwsManagedPolicyName('PowerUserAccess'),
      tags: { team: 'perf' },
      bundlesDirectory,
    };
    const platform = new HeadroomPlatform(stack, 'Headroom', props);
    const template = Template.fromStack(stack);
    const function_ = (name: string) =>
      template.findResources('AWS::Lambda::Function', { Properties: { FunctionName: name } });
    expect(Object.keys(function_('headroom-team-load-worker'))).toHaveLength(1);
    template.hasResourceProperties('AWS::Lambda::Function', {
      FunctionName: 'headroom-team-load-worker',
      VpcConfig: { SubnetIds: [Match.anyValue(), Match.anyValue()] },
      KmsKeyArn: Match.anyValue(),
      Tags: Match.arrayWith([{ Key: 'team', Value: 'perf' }]),
    });
    // Logs, alarms and events use a key of the app by its policy, which the app's construct holds.
    const [key] = Object.values(template.findResources('AWS::KMS::Key'));
    const sids = key?.Properties.KeyPolicy.Statement.map(({ Sid }: { Sid?: string }) => Sid);
    expect(sids).toEqual(expect.arrayContaining(['HeadroomLogs', 'HeadroomNotifications']));
    for (const role of Object.values(template.findResources('AWS::IAM::Role'))) {
      expect(JSON.stringify(role.Properties.PermissionsBoundary)).toContain('PowerUserAccess');
    }
    expect(platform.targetCallers).toBeDefined();
    expect(stack.resolve(platform.historyTableName)).toEqual({ Ref: expect.stringContaining('TablesHistory') });
  });

  it('says which option is wrong, and what is missing', () => {
    const stack = new Stack(newApp(), 'Wrong');
    expect(() => new HeadroomPlatform(stack, 'A', { stage: 'NO' })).toThrow(/^The option stage: /);
    const subnets = { targetSubnets: {}, bundlesDirectory };
    expect(() => new HeadroomPlatform(stack, 'B', subnets)).toThrow('The option targetSubnets: needs `vpc`');
    expect(() => new HeadroomPlatform(stack, 'C', { stage: 'main' })).toThrow(/give `bundlesDirectory`/);
  });
});

describe('a role for a project in another account', () => {
  const role = (props: { mayChange?: boolean; stackName?: string } = {}) => {
    const stack = new Stack(newApp(), 'Shop');
    const given = { headroomAccount: '123456789012', externalId: 'b2a1c0d9e8f7a6b5', name: 'shop', ...props };
    new HeadroomProjectRole(stack, 'Role', given);
    return Template.fromStack(stack);
  };

  it('lets in the roles of the deployment, with the external id', () => {
    role({ stackName: 'headroom-main' }).hasResourceProperties('AWS::IAM::Role', {
      RoleName: 'headroom-shop',
      AssumeRolePolicyDocument: {
        Statement: [
          {
            Effect: 'Allow',
            Action: 'sts:AssumeRole',
            Principal: { AWS: 'arn:aws:iam::123456789012:root' },
            Condition: {
              StringEquals: { 'sts:ExternalId': 'b2a1c0d9e8f7a6b5' },
              ArnLike: { 'aws:PrincipalArn': 'arn:*:iam::123456789012:role/headroom-main-*' },
            },
          },
        ],
      },
    });
  });

  it('reads, and changes what is tagged only where it may', () => {
    const actions = (template: Template) => JSON.stringify(template.findResources('AWS::IAM::Policy'));
    expect(actions(role())).toContain('cloudwatch:GetMetricData');
    expect(actions(role())).not.toMatch(/lambda:Update|sqs:Set/);
    expect(actions(role({ mayChange: true }))).toContain('lambda:UpdateFunctionConfiguration');
  });

  it('is refused with an external id that could be guessed', () => {
    const stack = new Stack(newApp(), 'Short');
    const given = { headroomAccount: '123456789012', externalId: 'shop', name: 'shop' };
    expect(() => new HeadroomProjectRole(stack, 'Role', given)).toThrow(/externalId: must have 16/);
  });
});

describe('the functions as one file', () => {
  it('come out as they went in: names, bytes, and what may be run', async () => {
    const directory = join(scratch, 'packed');
    mkdirSync(join(directory, 'lib'), { recursive: true });
    writeFileSync(join(directory, 'index.mjs'), 'a\nb');
    writeFileSync(join(directory, 'lib', 'wrapper'), Buffer.from([0, 255, 10]), { mode: 0o755 });
    writeFileSync(join(directory, 'empty'), '');
    const archive = join(scratch, 'functions.zst');
    writeFileSync(archive, await packBundles({ tick: { directory } }));
    const out = join(scratch, 'unpacked');
    expect(unpackBundles(archive, out)).toEqual(['tick']);
    expect(readFileSync(join(out, 'tick', 'index.mjs'), 'utf8')).toBe('a\nb');
    expect(readFileSync(join(out, 'tick', 'lib', 'wrapper'))).toEqual(Buffer.from([0, 255, 10]));
    expect(statSync(join(out, 'tick', 'lib', 'wrapper')).mode & 0o111).not.toBe(0);
    expect(statSync(join(out, 'tick', 'empty')).size).toBe(0);
  });
});
