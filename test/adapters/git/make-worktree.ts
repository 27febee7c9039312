/** Makes one worktree in a process of its own, which a test can kill: `node make-worktree.ts <root> <url> <token> <order>`. */
import { createGit } from "../../../src/adapters/git/create-git.ts";
import { runHere } from "../../../src/adapters/git/launch-here.ts";
import { launchHere } from "../../../src/adapters/git/launcher.ts";
import type { WorktreeOrder } from "../../../src/core/effect.ts";

// Who kills this process's group kills the git that it has started.
launchHere(runHere);
const [root = "", url = "", token = "", order = ""] = process.argv.slice(2);
const git = createGit({
  root,
  credential: async () => ({ url, username: "x-access-token", token }),
});
await git.createWorktree(JSON.parse(order) as WorktreeOrder);
