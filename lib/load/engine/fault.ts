/** Why a request is not successful though its response came. */
export type Fault = { kind: string; example: string };

/** The rule where no check says otherwise. */
export const statusFault = (status: number): Fault | undefined =>
  status < 400 ? undefined : { kind: `http-${status}`, example: `answered ${status}` };
