// What the layer has Lambda's runtime load in place of the function's handler: that handler, reported.
import { monitor } from '../../lib/sdk/middleware/monitor.ts';
import { loadHandler } from './load-handler.ts';

const { HEADROOM_LAMBDA_HANDLER: name, LAMBDA_TASK_ROOT: root = process.cwd() } = process.env;
if (name === undefined) {
  throw new Error(
    'HEADROOM_LAMBDA_HANDLER must name the handler, or AWS_LAMBDA_EXEC_WRAPPER be /opt/headroom-instrument',
  );
}
// First: drivers and servers are watched from their beginning.
const { wrap } = monitor();

export const handler = wrap(await loadHandler(root, name));
