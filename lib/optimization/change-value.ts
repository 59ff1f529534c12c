import { json } from '../contracts/json.ts';
import type { ChangeOf } from '../contracts/optimizations.ts';

export type ChangeValue = ChangeOf<'setting'>['before'];

/** A setting or a part of a policy as a change has it: what is undefined is not there, and nothing at all is null. */
export const changeValue = (value: unknown): ChangeValue => json.parse(JSON.parse(JSON.stringify(value ?? null)));
