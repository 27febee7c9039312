/** What an act says to the webhook queue. */
import type { Repository } from "../world/accounts.ts";

/** One event that GitHub would tell subscribed Apps about. */
export interface Emission {
  /** The name in `X-GitHub-Event`. */
  readonly event: string;
  /** The account whose installations hear of it. */
  readonly ownerId: number;
  /** The repository it happened in; null for boards and installations. */
  readonly repository: Repository | null;
  /** Only this App hears of it; used for events about an installation, which need no subscription. */
  readonly onlyAppId?: number;
  /** Everything but `installation`, which the queue adds per App. */
  readonly payload: Readonly<Record<string, unknown>>;
}
