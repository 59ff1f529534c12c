/** What `documentOf` put into the page under this id; undefined where there is none. */
export function embeddedData<Data>(id: string): Data | undefined {
  const text = document.getElementById(id)?.textContent;
  return text == null ? undefined : (JSON.parse(text) as Data);
}
