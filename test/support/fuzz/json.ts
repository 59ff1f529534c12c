export type Json = null | boolean | number | string | Json[] | { [name: string]: Json };
export type JsonObject = { [name: string]: Json };

export const isObject = (value: unknown): value is JsonObject =>
  typeof value === 'object' && value !== null && !Array.isArray(value);

/** A place within a value: names of members and indices of items. */
export type Place = readonly (string | number)[];

/** Every place within a value, the value itself first. */
export function placesIn(value: Json, place: Place = []): Place[] {
  if (typeof value !== 'object' || value === null) return [place];
  return [place, ...Object.entries(value).flatMap(([name, part]) => placesIn(part, [...place, name]))];
}

/** The value with another one in a place; undefined takes away what is there. */
export function replacedAt(value: Json, place: Place, change: (there: Json) => Json | undefined): Json | undefined {
  const [name, ...rest] = place;
  if (name === undefined) return change(value);
  if (Array.isArray(value)) {
    return value
      .flatMap((item, index) => (index === Number(name) ? [replacedAt(item, rest, change)] : [item]))
      .filter((item) => item !== undefined);
  }
  if (!isObject(value)) return value;
  const members = Object.entries(value).map(([own, part]): [string, Json | undefined] => [
    own,
    own === name ? replacedAt(part, rest, change) : part,
  ]);
  return Object.fromEntries(members.filter((member): member is [string, Json] => member[1] !== undefined));
}
