import { afterAll, beforeAll, beforeEach, expect, it } from 'vitest';
import { comparisonRequest } from '../../../lib/contracts/comparisons.ts';
import { loadTestRequest } from '../../../lib/contracts/load.ts';
import { projectSettings } from '../../../lib/contracts/projects.ts';
import { ComparisonService } from '../../../lib/load/comparisons/service.ts';
import { LoadService } from '../../../lib/load/service.ts';
import { keys } from '../../../lib/platform/table/keys.ts';
import { projectItem } from '../../../lib/projects/model.ts';
import { ProjectService } from '../../../lib/projects/service.ts';
import { startTestDynamoDb, type TestDynamoDb, type TestParts } from '../../support/history-table.ts';
import { unknownConcurrency } from '../../support/load-run.ts';

let dynamoDb: TestDynamoDb;
let parts: TestParts;
let projects: ProjectService;

beforeAll(async () => {
  dynamoDb = await startTestDynamoDb();
});
afterAll(() => dynamoDb.stop());

/** One whose owner is proven, and one that stands inside. */
beforeEach(async () => {
  parts = await dynamoDb.createParts();
  projects = new ProjectService(parts, {
    resolve: async (hostname) => [hostname === 'public.example' ? '93.184.215.14' : '10.0.0.7'],
  });
  for (const project of ['public', 'private']) {
    await projects.put(project, projectSettings.parse({ baseUrl: `http://${project}.example` }));
  }
  const found = await parts.table.get(projectItem, keys.project('public'));
  if (found === undefined) throw new Error('The project was not stored');
  await parts.table.replace(found, { ...found.value, verifiedAt: '2026-01-31T02:00:00.000Z', verifiedBy: 'dns-txt' });
});

const servicesOf = (testingPolicyRead: boolean) => {
  const own = { ...parts, configuration: { ...parts.configuration, testingPolicyRead } };
  const loadTests = new LoadService(own, projects, unknownConcurrency);
  const comparisons = new ComparisonService(own, projects, unknownConcurrency);
  const test = loadTestRequest.parse({});
  return {
    start: (project: string) => loadTests.start(project, test),
    requireRunnable: (project: string) => loadTests.requireRunnable(project, test),
    compare: (...compared: string[]) =>
      comparisons.start(
        comparisonRequest.parse({
          configurations: compared.map((project, index) => ({ name: `${index}`, project })),
        }),
        undefined,
      ),
  };
};

it('stands between a deployment and public targets until somebody says that he has read it', async () => {
  const { start, requireRunnable, compare } = servicesOf(false);
  const refused = {
    code: 'testing-policy-unread',
    message: expect.stringMatching(/^public\.example .*testingPolicy=read .*HEADROOM_TESTING_POLICY=read/),
  };
  await expect(start('public')).rejects.toMatchObject(refused);
  await expect(requireRunnable('public')).rejects.toMatchObject(refused);
  await expect(compare('private', 'public')).rejects.toMatchObject(refused);
  expect(parts.sent).toEqual([]);
  await start('private');
  await compare('private', 'private');
  expect(parts.sent).toHaveLength(2);
});

it('stands in nobody’s way then', async () => {
  const { start, requireRunnable, compare } = servicesOf(true);
  await start('public');
  await requireRunnable('public');
  await compare('private', 'public');
  expect(parts.sent).toHaveLength(2);
});
