import { ulid } from 'ulid';

/** Makes identifiers that sort by the time they were made at. */
export type Ids = (epochMs: number) => string;

export const randomIds: Ids = (epochMs) => ulid(epochMs);
