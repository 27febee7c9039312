/** The App of other people's CI: it checks what is pushed, has no key and hears no webhooks. */
import { first, known } from "./find.ts";
import type { Account, App } from "./accounts.ts";
import type { World } from "./world.ts";

/** Its slug, as on GitHub. */
export const CI_SLUG = "github-actions";

/** The App of CI. */
export function ciApp(world: World): App {
  const app = first(world.apps, ({ slug }) => slug === CI_SLUG);
  if (app === null) throw new Error(`the world has no App ${CI_SLUG}`);
  return app;
}

/** The bot in whose name an App acts. */
export function botOf(world: World, app: App): Account {
  return known(world.accounts, app.botId);
}
