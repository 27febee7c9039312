/** The message of a merge, as GitHub words it by default. */
import { gitDirOf } from "./git-place.ts";
import { known } from "../world/find.ts";
import { listCommits } from "../git/history.ts";
import type { MergeMethod, PullRequest } from "../world/pulls.ts";
import type { Sim } from "../sim.ts";

/** The whole message for merging a pull request; given words take the place of the usual ones. */
export async function commitText(
  sim: Sim,
  pull: PullRequest,
  order: {
    readonly method: MergeMethod;
    readonly title: string | undefined;
    readonly message: string | undefined;
  },
): Promise<string> {
  const usual = order.method === "squash" ? await squashWords(sim, pull) : mergeWords(sim, pull);
  const title = order.title ?? usual.title;
  const message = order.message ?? usual.message;
  return message === "" ? title : `${title}\n\n${message}`;
}

interface Words {
  readonly title: string;
  readonly message: string;
}

function mergeWords(sim: Sim, pull: PullRequest): Words {
  const repository = known(sim.world.repositories, pull.headRepositoryId);
  const owner = known(sim.world.accounts, repository.ownerId).login;
  return {
    title: `Merge pull request #${pull.number} from ${owner}/${pull.headRef}`,
    message: known(sim.world.issues, pull.issueId).title,
  };
}

/** One commit lends its own words; several are listed under the title of the pull request. */
async function squashWords(sim: Sim, pull: PullRequest): Promise<Words> {
  const repository = known(sim.world.repositories, pull.repositoryId);
  const commits = await listCommits(gitDirOf(sim, repository), {
    revisions: [`${pull.baseSha}..${pull.headSha}`],
    order: "oldest first",
  });
  const [only] = commits;
  if (commits.length === 1 && only !== undefined) {
    const [title = "", ...body] = only.message.split("\n");
    return { title: `${title} (#${pull.number})`, message: body.join("\n").trim() };
  }
  return {
    title: `${known(sim.world.issues, pull.issueId).title} (#${pull.number})`,
    message: commits.map((commit) => `* ${commit.message}`).join("\n\n"),
  };
}
