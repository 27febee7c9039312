/** The REST routes about code: git, pull requests, reviews and checks. */
import { branchRoutes } from "./branches.ts";
import { checkRoutes } from "./checks.ts";
import { commitRoutes } from "./commits.ts";
import { contentRoutes } from "./contents.ts";
import { gitRoutes } from "./git-refs.ts";
import { mergeRoutes } from "./pull-merges.ts";
import { pullRoutes } from "./pulls.ts";
import { reviewCommentRoutes } from "./review-comments.ts";
import { reviewRoutes } from "./reviews.ts";
import { statusRoutes } from "./statuses.ts";
import { workflowRunRoutes } from "./workflow-runs.ts";
import type { Route } from "./route.ts";

/** Every route about code. */
export const codeRoutes: readonly Route[] = [
  ...branchRoutes,
  ...checkRoutes,
  ...commitRoutes,
  ...contentRoutes,
  ...gitRoutes,
  ...mergeRoutes,
  ...pullRoutes,
  ...reviewCommentRoutes,
  ...reviewRoutes,
  ...statusRoutes,
  ...workflowRunRoutes,
];
