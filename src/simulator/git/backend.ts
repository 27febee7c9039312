/** Git smart HTTP: `git http-backend` run as a CGI program, behind GitHub's answers about who may do what. */

import { basename, dirname } from "node:path";
import type { IncomingMessage, ServerResponse } from "node:http";
import type { Readable } from "node:stream";
import { buffer } from "node:stream/consumers";
import { pipeline } from "node:stream/promises";
import { createGunzip } from "node:zlib";

import { readCgiHead } from "./cgi-head.ts";
import { withRefusals } from "./push-report.ts";
import type { RefRefusal } from "./push-report.ts";
import { difference } from "./ref-watch.ts";
import type { RefChange } from "./ref-watch.ts";
import { listRefs } from "./refs.ts";
import { deleteRef, updateRef } from "./repository.ts";
import { spawnGit } from "./git-process.ts";

/** What a git client wants to do in a repository, and as whom. */
export interface GitKnock {
  readonly owner: string;
  readonly name: string;
  readonly wants: "fetch" | "push";
  /** The Authorization header as it came. */
  readonly authorization: string | undefined;
}

/** Whether it may; a refusal carries the status and the one line that git prints behind "remote:". */
export type GitAdmission<Actor> =
  | {
      readonly kind: "granted";
      readonly gitDir: string;
      readonly login: string;
      readonly actor: Actor;
    }
  | { readonly kind: "refused"; readonly status: 401 | 403 | 404; readonly text: string };

/** What the git server asks of the rest of the simulator. */
export interface GitHost<Actor> {
  readonly admit: (knock: GitKnock) => GitAdmission<Actor>;
  /** Which of the pushed refs are to be put back, and why. */
  readonly judge: (
    gitDir: string,
    changes: readonly RefChange[],
    actor: Actor,
  ) => Promise<readonly RefRefusal[]>;
  /** Runs a push alone in its repository and makes known what it moved. */
  readonly write: <Answer>(
    gitDir: string,
    actor: Actor,
    work: () => Promise<Answer>,
  ) => Promise<Answer>;
}

interface GitRoute {
  readonly owner: string;
  readonly name: string;
  readonly call: string;
}

/** The repository and the call that a path means to git, or undefined for a path that is not git's. */
export function gitRoute(pathname: string): GitRoute | undefined {
  const [, owner = "", folder = "", ...rest] = pathname.split("/");
  const call = rest.join("/");
  const isBare = folder.endsWith(".git");
  const isCall = ["info/refs", "git-upload-pack", "git-receive-pack"].includes(call);
  if (owner === "" || folder === "" || (!isBare && !isCall)) return undefined;
  return { owner: unescaped(owner), name: unescaped(isBare ? folder.slice(0, -4) : folder), call };
}

function unescaped(part: string): string {
  try {
    return decodeURIComponent(part);
  } catch {
    return part;
  }
}

/** Answers one request of a git client. */
export async function serveGit<Actor>(
  host: GitHost<Actor>,
  request: IncomingMessage,
  response: ServerResponse,
  url: URL,
): Promise<void> {
  const route = gitRoute(url.pathname);
  const service = route === undefined ? undefined : serviceOf(route, request.method, url);
  if (route === undefined || service === undefined) {
    refuse(response, 404, "Not Found");
    return;
  }

  const wants = service === "git-receive-pack" ? "push" : "fetch";
  const admission = host.admit({
    owner: route.owner,
    name: route.name,
    wants,
    authorization: request.headers.authorization,
  });
  if (admission.kind === "refused") {
    refuse(response, admission.status, admission.text);
    return;
  }

  const call: CgiCall = { ...admission, path: route.call, query: url.search.slice(1) };
  if (route.call !== "git-receive-pack") {
    await stream(call, request, response);
    return;
  }
  const answer = await host.write(admission.gitDir, admission.actor, async () => {
    return await push(host, { ...call, actor: admission.actor }, request);
  });
  response.writeHead(answer.status, answer.headers).end(answer.body);
}

/** Smart HTTP only: a dumb client's paths are not found, and whatever leads out of the repository is not one of them. */
function serviceOf(route: GitRoute, method: string | undefined, url: URL): string | undefined {
  if (route.call === "info/refs" && method === "GET") {
    const service = url.searchParams.get("service") ?? "";
    return service === "git-upload-pack" || service === "git-receive-pack" ? service : undefined;
  }
  const isService = route.call === "git-upload-pack" || route.call === "git-receive-pack";
  return isService && method === "POST" ? route.call : undefined;
}

function refuse(response: ServerResponse, status: number, text: string): void {
  const headers: Record<string, string> = { "content-type": "text/plain; charset=utf-8" };
  if (status === 401) headers["www-authenticate"] = 'Basic realm="GitHub"';
  // The rest of a refused push is not read.
  headers["connection"] = "close";
  response.writeHead(status, headers).end(text);
}

interface CgiCall {
  readonly gitDir: string;
  readonly login: string;
  readonly path: string;
  readonly query: string;
}

async function stream(
  call: CgiCall,
  request: IncomingMessage,
  response: ServerResponse,
): Promise<void> {
  const cgi = startCgi(call, request);
  response.once("close", () => cgi.kill());
  const head = await readCgiHead(cgi.stdout);
  response.writeHead(head.status, head.headers);
  // A client that hangs up in the middle is its own business.
  await pipeline(head.body, response).catch(() => {});
}

interface PushAnswer {
  readonly status: number;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: Buffer;
}

async function push<Actor>(
  host: GitHost<Actor>,
  call: CgiCall & { readonly actor: Actor },
  request: IncomingMessage,
): Promise<PushAnswer> {
  const before = listRefs(call.gitDir);
  const cgi = startCgi(call, request);
  request.once("close", () => {
    // Closed before its end: the client is gone, and git must not wait for the rest of the pack.
    if (!request.complete) cgi.kill();
  });
  const head = await readCgiHead(cgi.stdout);
  const body = await buffer(head.body);

  const changes = difference(before, listRefs(call.gitDir));
  const refusals = await host.judge(call.gitDir, changes, call.actor);
  for (const { ref } of refusals) await putBack(call.gitDir, ref, before.get(ref));
  return { status: head.status, headers: head.headers, body: withRefusals(body, refusals) };
}

async function putBack(gitDir: string, ref: string, before: string | undefined): Promise<void> {
  if (before === undefined) await deleteRef(gitDir, ref);
  else await updateRef(gitDir, ref, before);
}

function startCgi(call: CgiCall, request: IncomingMessage): { stdout: Readable; kill: () => void } {
  const cgi = spawnGit(call.gitDir, ["http-backend"], {
    GIT_PROJECT_ROOT: dirname(call.gitDir),
    GIT_HTTP_EXPORT_ALL: "1",
    PATH_INFO: `/${basename(call.gitDir)}/${call.path}`,
    QUERY_STRING: call.query,
    REQUEST_METHOD: request.method ?? "GET",
    CONTENT_TYPE: request.headers["content-type"] ?? "",
    // Without a user http-backend refuses receive-pack.
    REMOTE_USER: call.login,
    REMOTE_ADDR: "127.0.0.1",
    GIT_PROTOCOL: String(request.headers["git-protocol"] ?? ""),
  });
  cgi.stderr.resume();
  const body =
    request.headers["content-encoding"] === "gzip"
      ? [request, createGunzip(), cgi.stdin]
      : [request, cgi.stdin];
  // A broken body ends git's input early, and git then says what is wrong with it.
  pipeline(body).catch(() => cgi.stdin.end());
  return { stdout: cgi.stdout, kill: () => void cgi.kill() };
}
