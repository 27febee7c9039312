/** Lists longer than one answer. */

const perPage = 100;

/** All entries of a REST list that is paged by number, in order. */
export async function* pagesOf<Entry>(
  read: (page: { readonly page: number; readonly per_page: number }) => Promise<readonly Entry[]>,
): AsyncGenerator<Entry> {
  for (let page = 1; ; page += 1) {
    const entries = await read({ page, per_page: perPage });
    yield* entries;
    if (entries.length < perPage) return;
  }
}

/** All entries of a list that names the next page, in order. */
export async function* followed<Entry>(
  read: (
    after: string | null,
  ) => Promise<{ readonly nodes: readonly Entry[]; readonly next: string | null }>,
): AsyncGenerator<Entry> {
  let after: string | null = null;
  do {
    const page: Awaited<ReturnType<typeof read>> = await read(after);
    yield* page.nodes;
    after = page.next;
  } while (after !== null);
}
