import { DatabaseSync } from 'node:sqlite';
import { setTimeout as delay } from 'node:timers/promises';
import { monitor } from 'headroom/middleware';
import { httpEvent } from '../events.ts';

const database = new DatabaseSync(':memory:');
const query = (): unknown => database.prepare('SELECT 1').all();

/** Of a function whose environment takes several events at a time. */
const inner = monitor().wrap(async ({ rawPath }: ReturnType<typeof httpEvent>) => {
  query();
  await delay(20);
  if (rawPath === '/b') query();
  return { statusCode: 200 };
});

export const handler = async (): Promise<void> => {
  await Promise.all(['/a', '/b'].map((path) => inner(httpEvent('GET', path, `GET ${path}`))));
};
