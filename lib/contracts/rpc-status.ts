import { z } from 'zod';

/** How protocols that are made of protobuf messages tell of errors: https://github.com/googleapis/googleapis/blob/master/google/rpc/status.proto */
export const rpcStatus = z
  .object({ code: z.number().int().describe('Of `google.rpc.Code`'), message: z.string() })
  .meta({ id: 'RpcStatus' });
