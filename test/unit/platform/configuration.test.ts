import { describe, expect, it } from 'vitest';
import { readConfiguration } from '../../../lib/platform/configuration.ts';

const complete = {
  HEADROOM_STAGE: 'main',
  HEADROOM_PRIVATE_TARGETS: 'deny',
  HEADROOM_LOAD_WORKERS: '3',
  HISTORY_TABLE: 'history',
  QUEUE_LOAD_CONTROL: 'https://sqs.example.com/1/load-control',
  QUEUE_CHECKS: 'https://sqs.example.com/1/checks',
  DEAD_LETTERS_CHECKS: 'https://sqs.example.com/1/checks-dead-letters',
};

describe('configuration', () => {
  it('is what the function was granted', () => {
    expect(readConfiguration('check-controller', complete)).toEqual({
      functionName: 'check-controller',
      stage: 'main',
      historyTable: 'history',
      privateTargets: false,
      loadWorkers: 3,
      queueUrls: { 'load-control': complete.QUEUE_LOAD_CONTROL, checks: complete.QUEUE_CHECKS },
      deadLetterUrls: { checks: complete.DEAD_LETTERS_CHECKS },
    });
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
