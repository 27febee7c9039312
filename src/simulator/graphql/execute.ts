/** One GraphQL request: prepared, priced, executed, and answered in GitHub's form whatever comes of it. */
import { execute } from "graphql";
import type { GraphQLError, GraphQLFieldResolver, GraphQLResolveInfo } from "graphql";
import { actorName } from "../auth/who.ts";
import { errorShape } from "./error-shape.ts";
import { Fault, faultOf, Unmodelled } from "./faults.ts";
import { githubSchema } from "./schema.ts";
import { MOST_NODES } from "./cost.ts";
import { isRecord, watch } from "./arguments.ts";
import { mutations } from "./mutations.ts";
import { NotModelled } from "../refusal.ts";
import { prepare } from "./prepare.ts";
import { queries } from "./queries.ts";
import { showFor } from "./show.ts";
import type { Actor } from "../auth/who.ts";
import type { ExecuteGraphql, GraphqlResult } from "../graphql-face.ts";
import type { Arguments, Graph } from "./graph.ts";
import type { Prepared } from "./prepare.ts";
import type { Quota } from "../http/limits.ts";
import type { Watch } from "./arguments.ts";

/** Answers a GraphQL request; what it meets that is not modelled is named in its errors. */
export const executeGraphql: ExecuteGraphql = async (sim, actor, request, quota) => {
  const prepared = prepare(request);
  if (!("operation" in prepared))
    return { ...refused(prepared.errors), notModelled: prepared.unknown.length > 0 };
  const refusal = refusalOf(prepared, actor, quota);
  if (refusal !== null) return { ...refused([refusal]), notModelled: false };
  const { price } = prepared;
  const result = await run(prepared, { sim, actor, show: showFor(sim, actor), quota, price });
  return { ...result, points: price.points };
};

async function run(
  prepared: Prepared,
  graph: Graph,
): Promise<Pick<GraphqlResult, "body" | "notModelled">> {
  const { document, operation, variables } = prepared;
  const { data = null, errors = [] } = await execute({
    schema: githubSchema(),
    document,
    rootValue: operation.operation === "mutation" ? mutations : queries,
    contextValue: graph,
    variableValues: variables,
    operationName: operation.name?.value,
    fieldResolver: resolveField,
  });
  return {
    body: { data, ...(errors.length === 0 ? {} : { errors: errors.map(errorShape) }) },
    notModelled: errors.some(({ originalError }) => originalError instanceof Unmodelled),
  };
}

const resolveField: GraphQLFieldResolver<unknown, Graph> = (source, given, graph, info) => {
  try {
    const value = isRecord(source) ? source[info.fieldName] : undefined;
    if (value === undefined) throw new NotModelled(placeOf(info));
    const { args, unread } = watched(given, info);
    const answer: unknown = typeof value === "function" ? value(args, graph, info) : value;
    const obeyed = (settled: unknown): unknown => {
      const ignored = unread();
      if (ignored.length === 0) return settled;
      throw new NotModelled(`${placeOf(info)}(${ignored.join(", ")})`);
    };
    return answer instanceof Promise ? answer.then(obeyed).catch(rethrow) : obeyed(answer);
  } catch (error) {
    return rethrow(error);
  }
};

function watched(given: Arguments, info: GraphQLResolveInfo): Watch {
  const definition = info.parentType.getFields()[info.fieldName];
  return watch(given, definition?.args ?? []);
}

function placeOf({ parentType, fieldName }: GraphQLResolveInfo): string {
  return `${parentType.name}.${fieldName}`;
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
