import { z } from 'zod';
import { pageOf, pageQuery } from '../page.ts';
import { profile, profileChoice, profileId, projectProfile, storedProfile } from '../profiles.ts';
import { inProject, ok, type Route } from '../route.ts';

const one = z.object({ profileId });
const ofProfiles = { tag: 'Optimization', function: 'optimization-api' } as const;

export const profileRoutes = {
  listProfiles: {
    ...ofProfiles,
    method: 'GET',
    path: '/v1/profiles',
    summary: 'List the profiles that there are, built-in ones too, by their ids',
    scope: 'read',
    query: pageQuery,
    answers: ok(pageOf(storedProfile)),
    problems: [],
  },
  getProfile: {
    ...ofProfiles,
    method: 'GET',
    path: '/v1/profiles/{profileId}',
    summary: 'Show a profile: its rules and its targets',
    scope: 'read',
    params: one,
    answers: ok(storedProfile),
    problems: ['not-found'],
  },
  putProfile: {
    ...ofProfiles,
    method: 'PUT',
    path: '/v1/profiles/{profileId}',
    summary: 'Create a profile of your own, or replace it',
    scope: 'write',
    params: one,
    body: profile,
    answers: {
      200: { description: 'Replaced', body: storedProfile },
      201: { description: 'Created', body: storedProfile },
    },
    problems: ['conflict'],
  },
  deleteProfile: {
    ...ofProfiles,
    method: 'DELETE',
    path: '/v1/profiles/{profileId}',
    summary: 'Delete a profile that no project goes by',
    scope: 'write',
    params: one,
    answers: { 204: { description: 'Deleted' } },
    problems: ['not-found', 'conflict'],
  },
  getProjectProfile: {
    ...ofProfiles,
    method: 'GET',
    path: '/v1/projects/{project}/profile',
    summary: 'The profile that a project goes by, with what its rules come to',
    scope: 'read',
    params: inProject,
    answers: ok(projectProfile),
    problems: ['not-found'],
  },
  putProjectProfile: {
    ...ofProfiles,
    method: 'PUT',
    path: '/v1/projects/{project}/profile',
    summary: 'Choose the profile that a project goes by; an optimization run puts it in force',
    scope: 'write',
    params: inProject,
    body: profileChoice,
    answers: ok(projectProfile),
    problems: ['not-found', 'conflict'],
  },
} as const satisfies Record<string, Route>;
