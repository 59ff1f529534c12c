import { Logger } from '@aws-lambda-powertools/logger';

/** Structured logs, one JSON object a line. Secrets never go in; errors go in as `error`. */
export interface Log {
  debug(message: string, fields?: Record<string, unknown>): void;
  info(message: string, fields?: Record<string, unknown>): void;
  warn(message: string, fields?: Record<string, unknown>): void;
  error(message: string, fields?: Record<string, unknown>): void;
}

/** `forInvocation` sets what every further line carries, in place of what it set before. */
export interface InvocationLog extends Log {
  forInvocation(keys: Record<string, string>): void;
}

export function createLog(serviceName: string): InvocationLog {
  const logger = new Logger({ serviceName, logLevel: 'INFO' });
  return {
    debug: (message, fields = {}) => logger.debug(message, fields),
    info: (message, fields = {}) => logger.info(message, fields),
    warn: (message, fields = {}) => logger.warn(message, fields),
    error: (message, fields = {}) => logger.error(message, fields),
    forInvocation(keys) {
      logger.resetKeys();
      logger.appendKeys(keys);
    },
  };
}
