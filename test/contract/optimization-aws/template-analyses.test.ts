import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { templateAnalysis, templateAnalysisRequest } from '../../../lib/contracts/template-analyses.ts';
import { TemplateAnalyses } from '../../../lib/optimization/aws/template/service.ts';
import { type Account, startAccount } from '../../support/aws-doubles/account.ts';
import { unspeakable } from '../../support/aws-doubles/double.ts';
import { namingProject } from './naming-project.ts';

const at = Date.parse('2026-01-31T12:00:00.000Z');
const template =
  '{"Resources":{"Jobs":{"Type":"AWS::SQS::Queue"},"F":{"Type":"AWS::Lambda::Function","Properties":{"Runtime":"go1.x"}}}}';
let account: Account;
let analyses: TemplateAnalyses;
beforeAll(async () => {
  account = await startAccount();
  const { cloudFormation } = account.clients;
  analyses = new TemplateAnalyses({
    clock: () => at,
    projects: namingProject({ stack: 'shop' }),
    cloudFormationOf: () => cloudFormation,
  });
});
afterAll(() => account.stop());
beforeEach(() => account.clear());

describe('template analyses', () => {
  it('of a text ask nothing of AWS', async () => {
    const answer = await analyses.analyse('shop', { template });
    expect(templateAnalysis.parse(answer)).toEqual(answer);
    expect(answer).toMatchObject({
      project: 'shop',
      resources: 2,
      examined: 2,
      analysedAt: '2026-01-31T12:00:00.000Z',
    });
    expect(answer.findings.map(({ logicalId }) => logicalId)).toEqual(['F', 'F']);
    expect(account.cloudFormation.double.calls).toEqual([]);
  });

  it("of the project's stack ask CloudFormation for what was deployed", async () => {
    account.cloudFormation.state.set('shop', { template, resources: [] });
    const answer = await analyses.analyse('shop', { stackName: 'shop' });
    expect(answer).toMatchObject({ stackName: 'shop', resources: 2 });
    expect(account.cloudFormation.double.calls).toEqual([
      { operation: 'GetTemplate', input: { StackName: 'shop', TemplateStage: 'Original' } },
    ]);
  });

  it('never read the stacks of others, and say when there is none, without the words of AWS', async () => {
    await expect(analyses.analyse('shop', { stackName: 'secret' })).rejects.toMatchObject({ code: 'forbidden' });
    expect(account.cloudFormation.double.calls).toEqual([]);
    await expect(analyses.analyse('shop', { stackName: 'shop' })).rejects.toMatchObject({ code: 'not-found' });
    account.cloudFormation.double.fail('GetTemplate', 'AccessDenied', { status: 403 });
    await expect(analyses.analyse('shop', { stackName: 'shop' })).rejects.toSatisfy(
      (error: Error) =>
        !error.message.includes(unspeakable) && error.message.includes('may not do that to the stack shop'),
    );
  });

  it.each([
    [{}],
    [{ template: 'x', stackName: 'y' }],
    [{ template: '' }],
    [{ template: 'x'.repeat(1_000_001) }],
    [{ body: 1 }],
  ])('want one of both: %j', (request) => {
    expect(templateAnalysisRequest.safeParse(request).success).toBe(false);
  });
});
