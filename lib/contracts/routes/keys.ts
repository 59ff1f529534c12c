import { z } from 'zod';
import { apiKey, createdKey, createKeyRequest, rotateKeyRequest } from '../keys.ts';
import { identifier } from '../names.ts';
import { pageOf, pageQuery } from '../page.ts';
import { ok, type Route } from '../route.ts';

export const keyRoutes = {
  createKey: {
    method: 'POST',
    path: '/v1/keys',
    summary: 'Create an API key',
    tag: 'Keys',
    scope: 'admin',
    function: 'platform-api',
    body: createKeyRequest,
    answers: { 201: { description: 'Created; the token is shown this once', body: createdKey } },
    problems: [],
  },
  listKeys: {
    method: 'GET',
    path: '/v1/keys',
    summary: 'List API keys',
    tag: 'Keys',
    scope: 'admin',
    function: 'platform-api',
    query: pageQuery,
    answers: ok(pageOf(apiKey)),
    problems: [],
  },
  rotateKey: {
    method: 'POST',
    path: '/v1/keys/{keyId}/rotate',
    summary: 'Give an API key a new secret; the old one is taken for the grace',
    tag: 'Keys',
    scope: 'admin',
    function: 'platform-api',
    params: z.object({ keyId: identifier }),
    body: rotateKeyRequest,
    answers: { 200: { description: 'Rotated; the new token is shown this once', body: createdKey } },
    problems: ['not-found', 'conflict'],
  },
  revokeKey: {
    method: 'DELETE',
    path: '/v1/keys/{keyId}',
    summary: 'Revoke an API key; in force everywhere within 30 s',
    tag: 'Keys',
    scope: 'admin',
    function: 'platform-api',
    params: z.object({ keyId: identifier }),
    answers: { 204: { description: 'Revoked' } },
    problems: ['not-found'],
  },
} as const satisfies Record<string, Route>;
