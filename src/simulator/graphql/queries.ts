/** The fields of `Query`. */
import { byOf, canSee } from "../auth/who.ts";
import { Fault, faultOf } from "./faults.ts";
import { findAccount, findRepository, first } from "../world/find.ts";
import { isoSeconds } from "../sim.ts";
import { showNode } from "./nodes.ts";
import { showViewer } from "./accounts.ts";
import type { Account, Repository } from "../world/accounts.ts";
import type { Arguments, Graph, Shown } from "./graph.ts";

type Field = (args: Arguments, graph: Graph) => unknown;

/** Every field that a query can begin with. */
export const queries: Readonly<Record<string, Field>> = {
  node: (args, graph) => showNode(graph, String(args["id"])),
  nodes: (args, graph) => {
    const ids = Array.isArray(args["ids"]) ? args["ids"] : [];
    // one unknown id leaves a null at its place and an error, and the others as they are
    return ids.map((id) => showNode(graph, String(id)).catch((error: unknown) => faultOf(error)));
  },
  viewer: (_args, { sim, actor, show }) => showViewer(sim, actor, show, byOf(actor).account),
  rateLimit: (_args, { quota, price }) => ({
    __typename: "RateLimit",
    limit: quota.limit,
    cost: price.points,
    nodeCount: price.nodes,
    used: quota.used + price.points,
    remaining: Math.max(0, quota.remaining - price.points),
    resetAt: isoSeconds(new Date(quota.reset * 1000)),
  }),
  repository: (args, graph) => {
    const found = repositoryNamed(graph, args);
    if (found !== null && canSee(graph.actor, found)) return graph.show.repository(found);
    const name = `${String(args["owner"])}/${String(args["name"])}`;
    throw new Fault("NOT_FOUND", `Could not resolve to a Repository with the name '${name}'.`);
  },
  organization: (args, graph) => showNamed(graph, args, "Organization", "an Organization"),
  user: (args, graph) => showNamed(graph, args, "User", "a User"),
  repositoryOwner: (args, { sim, show }) => {
    const account = findAccount(sim.world, String(args["login"]));
    return account === null || account.kind === "Bot" ? null : show.account(account);
  },
};

/** The repository of a name, or of a name it had before. */
function repositoryNamed({ sim }: Graph, args: Arguments): Repository | null {
  const { followRenames } = args;
  const owner = String(args["owner"]);
  const name = String(args["name"]);
  const found = findRepository(sim.world, owner, name);
  if (found !== null || followRenames === false) return found;
  const former = `${owner}/${name}`.toLowerCase();
  return first(sim.world.repositories, ({ formerNames }) =>
    formerNames.some((text) => text.toLowerCase() === former),
  );
}

function showNamed(
  { sim, show }: Graph,
  args: Arguments,
  kind: Account["kind"],
  what: string,
): Shown {
  const login = String(args["login"]);
  const account = findAccount(sim.world, login);
  if (account?.kind === kind) return show.account(account);
  throw new Fault("NOT_FOUND", `Could not resolve to ${what} with the login of '${login}'.`);
}
