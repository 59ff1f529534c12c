import { z } from 'zod';
import { databaseName, databaseSettings, registeredDatabase } from '../databases.ts';
import { inProject, ok, type Route } from '../route.ts';

const one = inProject.extend({ name: databaseName });
const ofDatabases = { tag: 'Optimization', function: 'optimization-api' } as const;

export const databaseRoutes = {
  listRegisteredDatabases: {
    ...ofDatabases,
    method: 'GET',
    path: '/v1/projects/{project}/databases',
    summary: 'List the databases in which Headroom may create indexes',
    scope: 'read',
    params: inProject,
    answers: ok(z.object({ items: z.array(registeredDatabase) })),
    problems: ['not-found'],
  },
  getRegisteredDatabase: {
    ...ofDatabases,
    method: 'GET',
    path: '/v1/projects/{project}/databases/{name}',
    summary: 'Show a registered database, and whether it can be reached',
    scope: 'read',
    params: one,
    answers: ok(registeredDatabase),
    problems: ['not-found'],
  },
  registerDatabase: {
    ...ofDatabases,
    method: 'PUT',
    path: '/v1/projects/{project}/databases/{name}',
    summary:
      'Let Headroom create indexes in a database: in a SQLite file of this machine, or over PostgreSQL’s protocol',
    scope: 'operate',
    params: one,
    body: databaseSettings,
    answers: ok(registeredDatabase),
    problems: ['not-found', 'conflict'],
  },
  unregisterDatabase: {
    ...ofDatabases,
    method: 'DELETE',
    path: '/v1/projects/{project}/databases/{name}',
    summary: 'Take a database from Headroom; its indexes stay',
    scope: 'operate',
    params: one,
    answers: { 204: { description: 'Taken' } },
    problems: ['not-found', 'conflict'],
  },
} as const satisfies Record<string, Route>;
