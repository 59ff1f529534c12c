import { afterAll, beforeAll, expect, it } from 'vitest';
import { openAlerts } from '../../../lib/alerts/open-alerts.ts';
import { AlertService } from '../../../lib/alerts/service.ts';
import { alertWork } from '../../../lib/alerts/work.ts';
import { projectSettings } from '../../../lib/contracts/projects.ts';
import { ProjectService } from '../../../lib/projects/service.ts';
import { functionParts } from '../../support/function-parts.ts';
import { startTestDynamoDb, type TestDynamoDb } from '../../support/history-table.ts';

let dynamoDb: TestDynamoDb;
beforeAll(async () => {
  dynamoDb = await startTestDynamoDb();
});
afterAll(() => dynamoDb.stop());

it('ends the alerts of a project that was deleted, and says why', async () => {
  const parts = await dynamoDb.createParts();
  const projects = new ProjectService(parts);
  const alerts = new AlertService(parts);
  const work = alertWork(functionParts('alert-worker', parts));
  await projects.put('shop', projectSettings.parse({ baseUrl: 'http://127.0.0.1:9' }));
  const about = { type: 'slow-requests', subject: 'a', project: 'shop' } as const;
  const shown = { evidence: [] };
  await alerts.observe(about, { at: parts.time.now, finds: 'firing', severity: 'low', reason: 'Bad.', shown });
  expect(await openAlerts(parts)('shop')).toHaveLength(1);
  parts.sent.length = 0;
  await projects.delete('shop');
  const told = parts.sent.find(({ body }) => body.type === 'alert.project-deleted');
  if (told?.queue !== 'alerts') throw new Error('Nobody was told');
  parts.time.now += 60_000;
  await work(told.body);
  expect(await alerts.open('shop')).toEqual([]);
  const state = await alerts.state(about);
  expect(state?.alert).toMatchObject({ status: 'resolved' });
  expect(state?.alert?.history.at(-1)).toMatchObject({ event: 'resolved', why: 'The project was deleted.' });
});
