/** Headroom changes a resource only where its owner has put this tag. */
export const managedTag = { key: 'headroom:managed', value: 'true' } as const;

/** @param tags as most services tell them */
export const isManaged = (tags: Readonly<Record<string, string>> | undefined): boolean =>
  tags?.[managedTag.key] === managedTag.value;

interface Tag {
  readonly Key?: string | undefined;
  readonly Value?: string | undefined;
}

/** Of services that tell tags as a list. */
export const tagsOf = (list: readonly Tag[] | undefined): Record<string, string> =>
  Object.fromEntries((list ?? []).map(({ Key = '', Value = '' }) => [Key, Value]));
