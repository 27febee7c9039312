/** Gestures on issues: what people do on an issue's page. */
import { addLabels, removeLabel } from "../acts/issue-labels.ts";
import {
  closeIssue,
  deleteIssue,
  editIssue,
  openIssue,
  reopenIssue,
  transferIssue,
} from "../acts/issues.ts";
import { accountNamed, gesture, issueIn, refusedGesture, repositoryNamed } from "./gesture.ts";
import { createMilestone } from "../acts/milestones.ts";
import { issueShape, milestoneShape } from "../shapes/issues.ts";
import type { Gesture, GestureCall } from "./gesture.ts";
import type { Issue, StateReason } from "../world/issues.ts";

/** The gestures of this file by name. */
export const issueGestures: Readonly<Record<string, Gesture>> = {
  "open-issue": gesture(
    { title: "text", body: "text?", labels: "texts?", assignees: "texts?" },
    ({ sim, by, repository }, given) =>
      issueShape(
        sim,
        openIssue(sim, by, repository, {
          title: given.title,
          body: given.body ?? null,
          labels: given.labels ?? [],
          assignees: (given.assignees ?? []).map((login) => accountNamed(sim, login)),
        }),
      ),
  ),
  "edit-issue": gesture({ number: "number", title: "text?", body: "text?" }, (call, given) => {
    const text = {
      ...(given.title === undefined ? {} : { title: given.title }),
      ...(given.body === undefined ? {} : { body: given.body }),
    };
    return issueShape(call.sim, editIssue(call.sim, call.by, issueIn(call, given.number), text));
  }),
  "close-issue": gesture({ number: "number", reason: "text?" }, (call, given) =>
    issueShape(
      call.sim,
      closeIssue(call.sim, call.by, issueIn(call, given.number), reasonOf(given.reason)),
    ),
  ),
  "reopen-issue": gesture({ number: "number" }, (call, given) =>
    issueShape(call.sim, reopenIssue(call.sim, call.by, issueIn(call, given.number))),
  ),
  "delete-issue": gesture({ number: "number" }, (call, given) => ({
    deleted: issueShape(call.sim, deleteIssue(call.sim, call.by, issueAlone(call, given.number))),
  })),
  "transfer-issue": gesture({ number: "number", to: "text" }, (call, given) => {
    const target = repositoryNamed(call.sim, given.to);
    const moved = transferIssue(call.sim, call.by, issueAlone(call, given.number), target);
    return issueShape(call.sim, moved);
  }),
  "add-milestone": gesture({ title: "text" }, ({ sim, by, repository }, { title }) =>
    milestoneShape(sim, createMilestone(sim, by, repository, title)),
  ),
  label: gesture({ number: "number", label: "text" }, (call, given) =>
    issueShape(call.sim, addLabels(call.sim, call.by, issueIn(call, given.number), [given.label])),
  ),
  unlabel: gesture({ number: "number", label: "text" }, (call, given) =>
    issueShape(call.sim, removeLabel(call.sim, call.by, issueIn(call, given.number), given.label)),
  ),
};

/** Pull requests can be neither deleted nor transferred. */
function issueAlone(call: GestureCall, number: number): Issue {
  const issue = issueIn(call, number);
  if (issue.pullId !== null) throw refusedGesture(`${number} is a pull request`);
  return issue;
}

function reasonOf(text = "completed"): StateReason {
  if (text === "completed" || text === "not_planned" || text === "duplicate") return text;
  throw refusedGesture("reason must be completed, not_planned or duplicate");
}
