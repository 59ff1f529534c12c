/** A page of a list, and how to ask for the next. */
export interface Page<Item> {
  items: readonly Item[] | undefined;
  next: string | undefined;
}

/** No list that is read here comes near. */
const maxPages = 20;

/**
 * All items of a list that a service tells page by page.
 *
 * @throws whatever the service answers with; Error when there are more than 20 pages
 */
export async function allPages<Item>(ask: (token: string | undefined) => Promise<Page<Item>>): Promise<Item[]> {
  const found: Item[] = [];
  let token: string | undefined;
  for (let page = 0; page < maxPages; page++) {
    const { items, next } = await ask(token);
    found.push(...(items ?? []));
    if (next === undefined || next === '') return found;
    token = next;
  }
  const error = new Error('A list has more pages than are read.');
  error.name = 'TooManyPages';
  throw error;
}
