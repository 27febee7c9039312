/** Yardmaster as a Probot app: its identity, its authenticated clients, its log and its webhook secret. */
import { createProbot, ProbotOctokit } from "probot";
import type { Probot } from "probot";

import type { Settings } from "./settings.ts";

/** The App as GitHub knows it. */
export type AppIdentity = {
  readonly id: number;
  readonly slug: string;
  readonly name: string;
  /** Name and address under which commits are shown as the App's bot; null when GitHub does not tell the bot's number. */
  readonly author: { readonly name: string; readonly email: string } | null;
};

/** What Probot and we write the log to: pino, or what passes for it. */
export type AppLog = Probot["log"];

/** A Probot instance with our settings; it reads nothing from the environment by itself. Without a log it writes to stdout. */
export function createApp(settings: Settings, log?: AppLog): Probot {
  const isLocal = ["127.0.0.1", "localhost", "[::1]"].includes(new URL(settings.apiUrl).hostname);
  return createProbot({
    env: {},
    overrides: {
      ...(log === undefined ? {} : { log }),
      appId: settings.appId,
      privateKey: settings.privateKey,
      // Probot without a secret would accept signatures made with a published default.
      secret: settings.webhookSecret,
      baseUrl: settings.apiUrl,
      logLevel: settings.logLevel,
      logFormat: "json",
      logLevelInString: true,
      // The function form: Probot overwrites the options that the object form sets.
      Octokit: ProbotOctokit.defaults((options: ProbotOptions) => ({
        ...options,
        // Octokit's own wait for the end of a limit would outlast the request's time limit and hide the limit from the adapter.
        throttle: {
          ...options.throttle,
          enabled: !isLocal,
          onRateLimit: () => false,
          onSecondaryRateLimit: () => false,
        },
        // A repeated POST after a 5xx posts twice when the first one took effect; the runtime reads before it repeats.
        retry: { ...options.retry, enabled: false },
      })),
    },
  });
}

type ProbotOptions = { readonly throttle?: object; readonly retry?: object };

/** Who we are, by a real call: it proves the App id, the key and the address. Throws AppFault with the cure. */
export async function identify(probot: Probot, settings: Settings): Promise<AppIdentity> {
  try {
    const octokit = await probot.auth();
    const { data } = await octokit.request("GET /app");
    if (data === null) throw new Error("GitHub answered without an App");
    const slug = data.slug ?? "";
    return { id: data.id, slug, name: data.name, author: await botAuthor(octokit, slug, settings) };
  } catch (cause) {
    throw new AppFault(settings, cause);
  }
}

/** GitHub links a commit to the account whose number is in the address: https://docs.github.com/account-and-profile/reference/email-addresses-reference */
async function botAuthor(
  octokit: Awaited<ReturnType<Probot["auth"]>>,
  slug: string,
  { apiUrl }: Settings,
): Promise<AppIdentity["author"]> {
  const name = `${slug}[bot]`;
  const host = new URL(apiUrl).hostname;
  const domain = host === "api.github.com" ? "github.com" : host;
  try {
    const { data } = await octokit.request("GET /users/{username}", { username: name });
    return { name, email: `${data.id}+${name}@users.noreply.${domain}` };
  } catch {
    return null;
  }
}

/** GitHub does not take us for the App that the settings name. */
class AppFault extends Error {
  readonly kind = "app";
  readonly retryable = false;

  constructor({ apiUrl, appId }: Settings, cause: unknown) {
    super(`Asking ${apiUrl} who App ${appId} is: ${cureOf(cause)}`, { cause });
    this.name = "AppFault";
  }
}

function cureOf(cause: unknown): string {
  const status =
    typeof cause === "object" && cause !== null && "status" in cause ? cause.status : null;
  if (status === 401) {
    return "GitHub does not accept the key; check that PRIVATE_KEY belongs to APP_ID and that this machine's clock is right";
  }
  if (status === 404) return "there is no such App; check APP_ID";
  if (typeof status === "number" && status < 500) return `GitHub answered ${status}`;
  if (cause instanceof Error && isKeyFault(cause)) {
    return "PRIVATE_KEY is damaged; download a new one from the App's settings page";
  }
  return "no usable answer; check GITHUB_API_URL and the network";
}

/** Web Crypto and the PEM reader have no error codes for this. */
const isKeyFault = (cause: Error): boolean =>
  cause.name === "DataError" || cause.name === "InvalidCharacterError" || "library" in cause;
