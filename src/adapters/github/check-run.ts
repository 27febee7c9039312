/** Our check run on a pull request's head: one per issue and head, edited in place. */
import { z } from "zod";
import type { Publication } from "../../core/effect.ts";
import type { RepositoryRef } from "../../core/issue.ts";
import type { Check } from "../../core/showing.ts";
import type { Client } from "./client.ts";
import { ForgeFault } from "./fault.ts";
import { cappedBody, cappedLine, storable } from "./published-text.ts";

const checkName = "Yardmaster";
const longestTitle = 250;
/** Heads whose check run is edited without a look; of older ones another run takes the place of the first. */
const remembered = 1000;

const CheckRun = z.object({ id: z.number(), external_id: z.string().nullish() });

/** Shows checks; remembers their ids, so that an update is one request. */
export type CheckRuns = {
  readonly show: (client: Client, order: Publication, again: boolean) => Promise<void>;
};

/** Check runs of the App with this id. */
export function createCheckRuns(appId: number, warn: Warn): CheckRuns {
  const ids = new Map<string, number>();
  return {
    show: async (client, order, again) => {
      const { check, repository, issue } = order;
      if (check === null || repository === null) return;
      const name = `${issue}@${check.head}`;
      const target = { client, repository, check, name, appId };
      try {
        const known = ids.get(name) ?? (again ? await find(target) : null);
        ids.delete(name);
        ids.set(name, await write(target, known));
        for (const oldest of [...ids.keys()].slice(0, -remembered)) ids.delete(oldest);
      } catch (error) {
        if (!isOfHead(error)) throw error;
        warn({ issue, head: check.head, why: error.message }, "check cannot be shown");
      }
    },
  };
}

type Warn = (fields: { readonly [name: string]: unknown }, message: string) => void;

/** The head is gone, or we may not write checks: no reason to show nothing at all. */
const isOfHead = (error: unknown): error is ForgeFault =>
  error instanceof ForgeFault && ["validation", "not-found", "forbidden"].includes(error.kind);

type Target = {
  readonly client: Client;
  readonly repository: RepositoryRef;
  readonly check: Check;
  /** Tells our runs on one head apart. */
  readonly name: string;
  readonly appId: number;
};

const Found = z.object({ check_runs: z.array(CheckRun) });

async function find({ client, repository, check, name, appId }: Target): Promise<number | null> {
  const { owner, name: repo } = repository;
  const route = "GET /repos/{owner}/{repo}/commits/{ref}/check-runs";
  const parameters = { owner, repo, ref: check.head, check_name: checkName, app_id: appId };
  const { check_runs: runs } = await client.rest(
    `reading the checks of ${owner}/${repo}@${check.head}`,
    route,
    { ...parameters, per_page: 100 },
    Found,
  );
  return runs.find(({ external_id: external }) => external === name)?.id ?? null;
}

async function write(
  { client, repository, check, name }: Target,
  known: number | null,
): Promise<number> {
  const { owner, name: repo } = repository;
  const what = `showing a check on ${owner}/${repo}@${check.head}`;
  const parameters = {
    owner,
    repo,
    name: checkName,
    external_id: name,
    status: "completed",
    conclusion: check.conclusion,
    output: {
      title: cappedLine(storable(check.title), longestTitle),
      summary: cappedBody(storable(check.summary)),
    },
  };
  const { id } =
    known === null
      ? await client.rest(
          what,
          "POST /repos/{owner}/{repo}/check-runs",
          { ...parameters, head_sha: check.head },
          CheckRun,
        )
      : await client.rest(
          what,
          "PATCH /repos/{owner}/{repo}/check-runs/{check_run_id}",
          { ...parameters, check_run_id: known },
          CheckRun,
        );
  return id;
}
