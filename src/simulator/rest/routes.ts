/** All REST routes in one list. */
import { accountRoutes } from "./accounts.ts";
import { appRoutes } from "./apps.ts";
import { codeRoutes } from "./code-routes.ts";
import { commentRoutes } from "./comments.ts";
import { deliveryRoutes } from "./deliveries.ts";
import { issueEventRoutes } from "./issue-events.ts";
import { issueRoutes } from "./issues.ts";
import { labelRoutes } from "./labels.ts";
import { reactionRoutes } from "./reactions.ts";
import { relationRoutes } from "./relations.ts";
import type { Route } from "./route.ts";

/** Every route the simulator has. */
export const routes: readonly Route[] = [
  ...accountRoutes,
  ...appRoutes,
  ...codeRoutes,
  ...commentRoutes,
  ...deliveryRoutes,
  ...issueEventRoutes,
  ...issueRoutes,
  ...labelRoutes,
  ...reactionRoutes,
  ...relationRoutes,
];
