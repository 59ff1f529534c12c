import { describe, expect, it } from 'vitest';
import { readConfiguration } from '../../../lib/platform/configuration.ts';

const complete = {
  HEADROOM_STAGE: 'main',
  HEADROOM_PRIVATE_TARGETS: 'deny',
  HEADROOM_LOAD_WORKERS: '3',
  HEADROOM_TESTING_POLICY: 'read',
  HISTORY_TABLE: 'history',
  QUEUE_LOAD_CONTROL: 'https://sqs.example.com/1/load-control',
  HEADROOM_LOCAL_DATABASES: 'deny',
  QUEUE_CHECKS: 'https://sqs.example.com/1/checks',
  QUEUE_OPTIMIZATIONS: 'https://sqs.example.com/1/optimizations',
  QUEUE_ALERTS: 'https://sqs.example.com/1/alerts',
  DEAD_LETTERS_CHECKS: 'https://sqs.example.com/1/checks-dead-letters',
};

describe('configuration', () => {
  it('is what the function was granted', () => {
    expect(readConfiguration('check-controller', complete)).toEqual({
      functionName: 'check-controller',
      stage: 'main',
      historyTable: 'history',
      privateTargets: false,
      localDatabases: false,
      loadWorkers: 3,
      testingPolicyRead: true,
      queueUrls: {
        'load-control': complete.QUEUE_LOAD_CONTROL,
        checks: complete.QUEUE_CHECKS,
        optimizations: complete.QUEUE_OPTIMIZATIONS,
        alerts: complete.QUEUE_ALERTS,
      },
      deadLetterUrls: { checks: complete.DEAD_LETTERS_CHECKS },
      functionNames: {},
    });
  });

  it('names the functions that it may invoke as they were deployed', () => {
    const environment = {
      HEADROOM_STAGE: 'lab',
      HISTORY_TABLE: 'history',
      QUEUE_LOAD_CONTROL: complete.QUEUE_LOAD_CONTROL,
      DEAD_LETTERS_LOAD_CONTROL: `${complete.QUEUE_LOAD_CONTROL}-dead-letters`,
      QUEUE_LOAD_WORK: 'https://sqs.example.com/1/load-work',
      QUEUE_LOAD_SCRIPTS: 'https://sqs.example.com/1/load-scripts',
    };
    const read = (more: object) => readConfiguration('load-controller', { ...environment, ...more });
    const deployed = {
      FUNCTION_LOAD_WORKER: 'headroom-lab-load-worker',
      FUNCTION_ARTILLERY_WORKER: 'headroom-lab-artillery-worker',
    };
    expect(read(deployed).functionNames).toEqual({
      'load-worker': 'headroom-lab-load-worker',
      'artillery-worker': 'headroom-lab-artillery-worker',
    });
    expect(() => read({})).toThrow('FUNCTION_LOAD_WORKER');
  });

  it('names everything that is missing or wrong at once', () => {
    const { HISTORY_TABLE: _, QUEUE_CHECKS: __, ...rest } = complete;
    const wrong = { ...rest, HEADROOM_PRIVATE_TARGETS: 'perhaps', HEADROOM_LOAD_WORKERS: '1000' };
    const read = () => readConfiguration('check-controller', wrong);
    for (const name of ['HISTORY_TABLE', 'QUEUE_CHECKS', 'HEADROOM_PRIVATE_TARGETS', 'HEADROOM_LOAD_WORKERS']) {
      expect(read).toThrow(name);
    }
  });
});
