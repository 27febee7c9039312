/** Which agent and which model work on an issue: the request's word, else a label's, else the repository's, else the operator's. */
import type { Assignment } from "./assignment.ts";
import type { Issue } from "./issue.ts";
import type { Policy, RepositoryPolicy } from "./policy.ts";

export type Choice = { readonly agent: string; readonly model: string | null };

/** What is chosen; or, where two labels disagree, what they say. */
export function choiceOf(
  asked: Pick<Assignment, "agent" | "model">,
  issue: Pick<Issue, "labels">,
  repository: Pick<RepositoryPolicy, "agent" | "model">,
  policy: Policy,
): Choice | { readonly torn: readonly string[] } {
  const agents = agentsNamed(issue, policy);
  const models = namedBy(issue.labels, "model:", policy.triggerLabel);
  if (asked.agent === null && agents.length > 1) return { torn: agents };
  if (asked.model === null && models.length > 1) return { torn: models };
  return {
    agent: asked.agent ?? agents[0] ?? repository.agent ?? policy.agent,
    model: asked.model ?? models[0] ?? repository.model,
  };
}

/** Did whoever asked, or a label, name the agent? */
export const isAgentNamed = (
  asked: Pick<Assignment, "agent">,
  { labels }: Pick<Issue, "labels">,
  policy: Policy,
): boolean => asked.agent !== null || agentsNamed({ labels }, policy).length > 0;

const agentsNamed = ({ labels }: Pick<Issue, "labels">, policy: Policy): readonly string[] =>
  namedBy(labels, agentPrefix(policy), policy.triggerLabel).filter((name) => name !== integrate);

/** `agent:` when the trigger is `agent:go`: labels that name an agent look like the one that asks for work. */
export function agentPrefix({ triggerLabel }: Pick<Policy, "triggerLabel">): string {
  const end = triggerLabel.indexOf(":");
  return end === -1 ? "agent:" : triggerLabel.slice(0, end + 1);
}

const integrate = "integrate";

/** `agent:integrate` when the trigger is `agent:go`: it makes an issue with sub-issues an integration plan. */
export const integrateLabel = (policy: Pick<Policy, "triggerLabel">): string =>
  `${agentPrefix(policy)}${integrate}`;

function namedBy(labels: readonly string[], prefix: string, trigger: string): readonly string[] {
  const lower = labels.map((label) => label.toLowerCase());
  return lower
    .filter((label) => label.startsWith(prefix.toLowerCase()) && label !== trigger.toLowerCase())
    .map((label) => label.slice(prefix.length).trim())
    .filter((name) => name !== "");
}
