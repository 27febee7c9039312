/** Tokens for git: one repository each, contents only, kept in memory while they are good for long enough. */
import { z } from "zod";
import type { RepositoryRef } from "../../core/issue.ts";
import type { Clock } from "../../ports.ts";
import type { Client } from "./client.ts";

/** Where git reaches a repository now, and with what. */
export type GitRemote = {
  readonly url: string;
  readonly username: string;
  readonly token: string;
};

/** A clone or push of a large repository must end before its token does. */
const leastMs = 10 * 60_000;

const Grant = z.object({
  token: z.string(),
  expires_at: z.iso.datetime({ offset: true }),
  repositories: z.array(z.object({ id: z.number(), full_name: z.string() })).optional(),
});

type Kept = { readonly remote: GitRemote; readonly expiresAt: number };

/** Gives remotes; `apiUrl` says where GitHub is. */
export function createCredential(
  app: Client,
  apiUrl: string,
  clock: Clock,
): (repository: RepositoryRef) => Promise<GitRemote> {
  const origin = gitOrigin(apiUrl);
  const kept = new Map<string, Promise<Kept>>();
  const renewed = async (last: Promise<Kept> | undefined, of: RepositoryRef): Promise<Kept> => {
    const current = (await last?.catch(() => null)) ?? null;
    const isGood = current !== null && current.expiresAt - clock.now() > leastMs;
    return isGood ? current : askForToken(app, origin, of);
  };
  return async (repository) => {
    // With an installation its tokens end: after a new one the old ones are good for nothing.
    const key = `${repository.installation}/${repository.id}`;
    const next = renewed(kept.get(key), repository);
    kept.set(key, next);
    return (await next).remote;
  };
}

/** `https://api.github.com` serves github.com; elsewhere the API is below the origin that git is reached at. */
function gitOrigin(apiUrl: string): string {
  const { hostname, origin } = new URL(apiUrl);
  return hostname === "api.github.com" ? "https://github.com" : origin;
}

async function askForToken(
  app: Client,
  origin: string,
  { id, owner, name, installation }: RepositoryRef,
): Promise<Kept> {
  const grant = await app.rest(
    `asking for a git token for ${owner}/${name}`,
    "POST /app/installations/{installation_id}/access_tokens",
    {
      installation_id: installation,
      repository_ids: [id],
      permissions: { contents: "write", metadata: "read" },
    },
    Grant,
  );
  // The repository may have another name by now.
  const granted = grant.repositories?.find((repository) => repository.id === id);
  return {
    remote: {
      url: `${origin}/${granted?.full_name ?? `${owner}/${name}`}.git`,
      username: "x-access-token",
      token: grant.token,
    },
    expiresAt: Date.parse(grant.expires_at),
  };
}
