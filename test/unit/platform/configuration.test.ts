import { describe, expect, it } from 'vitest';
import { readConfiguration } from '../../../lib/platform/configuration.ts';

const complete = {
  HEADROOM_STAGE: 'main',
  HEADROOM_PRIVATE_TARGETS: 'deny',
  HEADROOM_LOAD_WORKERS: '3',
  HISTORY_TABLE: 'history',
  QUEUE_LOAD_CONTROL: 'https://sqs.example.com/1/load-control',
  QUEUE_LOAD_WORK: 'https://sqs.example.com/1/load-work',
  DEAD_LETTERS_LOAD_CONTROL: 'https://sqs.example.com/1/load-control-dead-letters',
};

describe('configuration', () => {
  it('is what the function was granted', () => {
    expect(readConfiguration('load-controller', complete)).toEqual({
      functionName: 'load-controller',
      stage: 'main',
      historyTable: 'history',
      privateTargets: false,
      loadWorkers: 3,
      queueUrls: { 'load-control': complete.QUEUE_LOAD_CONTROL, 'load-work': complete.QUEUE_LOAD_WORK },
      deadLetterUrls: { 'load-control': complete.DEAD_LETTERS_LOAD_CONTROL },
    });
  });

  it('names everything that is missing or wrong at once', () => {
    const { HISTORY_TABLE: _, QUEUE_LOAD_WORK: __, ...rest } = complete;
    const wrong = { ...rest, HEADROOM_PRIVATE_TARGETS: 'perhaps', HEADROOM_LOAD_WORKERS: '1000' };
    const read = () => readConfiguration('load-controller', wrong);
    for (const name of ['HISTORY_TABLE', 'QUEUE_LOAD_WORK', 'HEADROOM_PRIVATE_TARGETS', 'HEADROOM_LOAD_WORKERS']) {
      expect(read).toThrow(name);
    }
  });
});
