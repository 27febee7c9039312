/** The world that begins without a seed file: `acme/rocket`, its people, its board and the App. */
import { history } from "./history.ts";
import type { Seed } from "./seed.ts";

/** The default beginning. */
export const defaultSeed: Seed = {
  org: "acme",
  repository: "rocket",
  otherRepositories: ["hangar"],
  description: "Flight computer of a small rocket",
  private: false,
  defaultBranch: "main",
  people: [
    { login: "mona", name: "Mona Lisa", role: "admin" },
    { login: "wren", name: "Wren Writer", role: "write" },
    { login: "tess", name: "Tess Triager", role: "triage" },
    { login: "rita", name: "Rita Reader", role: "read" },
  ],
  app: {
    slug: "yardmaster",
    permissions: {
      actions: "read",
      administration: "read",
      checks: "write",
      contents: "write",
      issues: "write",
      members: "read",
      merge_queues: "read",
      metadata: "read",
      organization_projects: "write",
      pull_requests: "write",
      statuses: "read",
    },
    events: [
      "check_run",
      "check_suite",
      "issue_comment",
      "issue_dependencies",
      "issues",
      "label",
      "merge_group",
      "projects_v2_item",
      "pull_request",
      "pull_request_review",
      "pull_request_review_comment",
      "pull_request_review_thread",
      "push",
      "repository",
      "status",
      "sub_issues",
      "workflow_run",
    ],
  },
  project: {
    title: "Roadmap",
    owner: "acme",
    options: ["Backlog", "Ready", "In Progress", "In Review", "Blocked", "Done"],
    closedTo: "Done",
    mergedTo: "Done",
  },
  labels: [
    { name: "bug", color: "d73a4a", description: "Something isn't working" },
    { name: "enhancement", color: "a2eeef", description: "New feature or request" },
    { name: "documentation", color: "0075ca", description: "Improvements to documentation" },
    { name: "agent:go", color: "0e8a16", description: "Ready for a coding agent" },
  ],
  commits: history,
  issues: [],
};
