/** Mutations of branches and tags. */
import { createReference, deleteReference, updateReference } from "../acts/refs.ts";
import { demandWrite, write } from "./access.ts";
import { mutation } from "./input.ts";
import { known } from "../world/find.ts";
import { readRefNodeId, showRef } from "./git-objects.ts";
import { repositoryWith } from "./nodes.ts";
import { unknownNode } from "./faults.ts";
import type { Mutation, Order } from "./input.ts";
import type { Repository } from "../world/accounts.ts";

const CONTENTS = write("write", "contents");

/** Refs created, moved and deleted. */
export const refMutations: Readonly<Record<string, Mutation>> = {
  createRef: mutation(["repositoryId", "name", "oid"], async (order) => {
    const { graph, by } = order;
    const id = order.text("repositoryId");
    const repository = repositoryWith(graph, id);
    demandWrite(graph.actor, repository, CONTENTS, id);
    await createReference(graph.sim, by, repository, order.text("name"), order.text("oid"));
    return { ref: await showRef(graph.sim, graph.show, repository, order.text("name")) };
  }),
  updateRef: mutation(["refId", "oid", "force"], async (order) => {
    const { graph, by } = order;
    const { repository, full } = place(order);
    const force = order.optionalFlag("force") ?? false;
    await updateReference(graph.sim, by, repository, full, { sha: order.text("oid"), force });
    return { ref: await showRef(graph.sim, graph.show, repository, full) };
  }),
  deleteRef: mutation(["refId"], async (order) => {
    const { repository, full } = place(order);
    await deleteReference(order.graph.sim, order.by, repository, full);
    return {};
  }),
};

function place({ graph, text }: Order<"refId">): { repository: Repository; full: string } {
  const id = text("refId");
  const found = readRefNodeId(id);
  if (found === null || !graph.sim.world.repositories.has(found.repositoryId))
    throw unknownNode(id);
  const repository = known(graph.sim.world.repositories, found.repositoryId);
  demandWrite(graph.actor, repository, CONTENTS, id);
  return { repository, full: found.full };
}
