import {
  deadLetterChoice,
  deadLetterDiscard,
  deadLetterQuery,
  deadLetters,
  deadLettersHandled,
} from '../dead-letters.ts';
import { ok, type Route } from '../route.ts';

export const deadLetterRoutes = {
  listDeadLetters: {
    method: 'GET',
    path: '/v1/dead-letters',
    summary: 'Show messages that could not be handled, of all queues',
    tag: 'Tasks',
    scope: 'operate',
    function: 'tasks-api',
    query: deadLetterQuery,
    answers: ok(deadLetters),
    problems: [],
  },
  redriveDeadLetters: {
    method: 'POST',
    path: '/v1/dead-letters/redrive',
    summary: 'Have messages that could not be handled be handled once more',
    tag: 'Tasks',
    scope: 'operate',
    function: 'tasks-api',
    body: deadLetterChoice,
    answers: ok(deadLettersHandled),
    problems: [],
  },
  discardDeadLetters: {
    method: 'POST',
    path: '/v1/dead-letters/discard',
    summary: 'Discard messages that could not be handled',
    tag: 'Tasks',
    scope: 'operate',
    function: 'tasks-api',
    body: deadLetterDiscard,
    answers: ok(deadLettersHandled),
    problems: [],
  },
} as const satisfies Record<string, Route>;
