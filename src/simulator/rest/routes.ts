/** All REST routes in one list. */
import { issueRoutes } from "./issues.ts";
import type { Route } from "./route.ts";

/** Every route the simulator has. */
export const routes: readonly Route[] = [...issueRoutes];
