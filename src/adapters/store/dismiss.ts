/** Jobs that changed nothing, answered many at once: most of what GitHub tells is of this kind. */
import { sql } from "kysely";

import type { Job, QueueName } from "../../ports.ts";
import { attempt } from "./fault.ts";
import { jsonText } from "./json.ts";
import type { Database } from "./tables.ts";

/** Ends those that are still held by these claims; the others belong to somebody else by now and stay as they are. */
export function dismiss(db: Database, jobs: readonly Job<QueueName>[]): Promise<void> {
  return attempt(`answering ${jobs.length} jobs`, async () => {
    const held = jobs.map(({ queue, id, tries }) => ({ queue, id, tries }));
    await sql`
      with ended as (
        update pgboss.job j set state = 'completed', completed_on = now()
          from jsonb_to_recordset(${jsonText(held)}::jsonb) as h (queue text, id uuid, tries integer)
         where j.name = h.queue and j.id = h.id and j.state = 'active' and j.retry_count = h.tries
        returning j.name, j.data
      )
      update yardmaster.delivery d set processed_at = now(), outcome = 'ignored'
        from ended e where e.name = 'deliveries' and d.guid = e.data ->> 'guid'`.execute(db);
  });
}
