/** One GraphQL request: prepared, priced, executed, and answered in GitHub's form whatever comes of it. */
import { execute, GraphQLError } from "graphql";
import type { GraphQLFieldResolver } from "graphql";
import { actorName } from "../auth/who.ts";
import { errorShape } from "./error-shape.ts";
import { Fault, faultOf } from "./faults.ts";
import { githubSchema } from "./schema.ts";
import { MOST_NODES } from "./cost.ts";
import { mutations } from "./mutations.ts";
import { prepare } from "./prepare.ts";
import { queries } from "./queries.ts";
import { showFor } from "./show.ts";
import type { Actor } from "../auth/who.ts";
import type { ExecuteGraphql, GraphqlResult } from "../graphql-face.ts";
import type { Graph } from "./graph.ts";
import type { Prepared } from "./prepare.ts";
import type { Quota } from "../http/limits.ts";

/** Answers a GraphQL request; what it meets that is not modelled is named in its errors. */
export const executeGraphql: ExecuteGraphql = async (sim, actor, request, quota) => {
  const prepared = prepare(request);
  if (!("operation" in prepared))
    return { ...refused(prepared.errors), notModelled: prepared.unknown.length > 0 };
  const refusal = refusalOf(prepared, actor, quota);
  if (refusal !== null) return { ...refused([refusal]), notModelled: false };
  let notModelled = false;
  const graph: Graph = {
    sim,
    actor,
    show: showFor(sim, actor),
    quota,
    price: prepared.price,
    notModelled: () => {
      notModelled = true;
    },
  };
  const body = await run(prepared, graph);
  return { body, points: prepared.price.points, notModelled };
};

async function run(prepared: Prepared, graph: Graph): Promise<GraphqlResult["body"]> {
  const { document, operation, variables } = prepared;
  const { data, errors } = await execute({
    schema: githubSchema(),
    document,
    rootValue: operation.operation === "mutation" ? mutations : queries,
    contextValue: graph,
    variableValues: variables,
    operationName: operation.name?.value,
    fieldResolver: resolveField,
  });
  return {
    data: data ?? null,
    ...(errors === undefined ? {} : { errors: errors.map(errorShape) }),
  };
}

const resolveField: GraphQLFieldResolver<unknown, Graph> = (source, args, graph, info) => {
  const value = isRecord(source) ? source[info.fieldName] : undefined;
  if (value === undefined) {
    const field = `${info.parentType.name}.${info.fieldName}`;
    graph.notModelled(field);
    throw new GraphQLError(`not modelled: ${field}`);
  }
  if (typeof value !== "function") return value;
  try {
    const answer: unknown = value(args, graph, info);
    return answer instanceof Promise ? answer.catch(rethrow) : answer;
  } catch (error) {
    return rethrow(error);
  }
};

function isRecord(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === "object" && value !== null;
}

function rethrow(error: unknown): never {
  throw faultOf(error);
}

function refused(errors: readonly GraphQLError[]): Pick<GraphqlResult, "body" | "points"> {
  return { body: { errors: errors.map(errorShape) }, points: 0 };
}

function refusalOf({ price }: Prepared, actor: Actor, quota: Quota): Fault | null {
  if (price.nodes > MOST_NODES)
    return new Fault(
      "MAX_NODE_LIMIT_EXCEEDED",
      `This query requests up to ${grouped(price.nodes)} possible nodes which exceeds the maximum limit of ${grouped(MOST_NODES)}.`,
    );
  if (price.points <= quota.remaining) return null;
  const asker =
    actor.kind === "installation"
      ? `installation ID ${actor.installation.id}`
      : `user ${actorName(actor)}`;
  return new Fault("RATE_LIMITED", `API rate limit exceeded for ${asker}.`);
}

function grouped(count: number): string {
  return count.toLocaleString("en");
}
