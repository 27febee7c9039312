/** What `doctor` looks at of GitHub: whether it answers, knows the App, and has the same time. */
import type { AppSettings, MachineSettings } from "../settings.ts";
import { failed, ok, warning } from "./check.ts";
import type { Check } from "./check.ts";
import { wordsOf } from "./check-machine.ts";

/** Who GitHub says that the App is. */
export async function checkApp(settings: AppSettings & MachineSettings): Promise<Check> {
  const { createApp, identify } = await import("../app.ts");
  try {
    const { slug, name } = await identify(createApp({ ...settings, logLevel: "fatal" }), settings);
    return ok("app", `${name} (${slug}) at ${settings.apiUrl}`);
  } catch (error) {
    return failed("app", "GitHub does not know the App", wordsOf(error));
  }
}

/** GitHub refuses tokens whose time is a minute off: https://docs.github.com/apps/creating-github-apps/authenticating-with-a-github-app/generating-a-json-web-token-jwt-for-a-github-app */
const tolerableSeconds = 30;

/** Compares the clocks, by the date of an answer; that it is a refusal does not matter. */
export async function checkClock(apiUrl: string): Promise<Check> {
  const askedAt = Date.now();
  try {
    const response = await fetch(`${apiUrl}/app`, { signal: AbortSignal.timeout(10_000) });
    await response.body?.cancel();
    const middle = (askedAt + Date.now()) / 2;
    const skew = Math.abs(Date.parse(response.headers.get("date") ?? "") - middle) / 1000;
    if (Number.isNaN(skew)) return warning("clock", `${apiUrl} tells no time`, "check its address");
    const says = `${Math.round(skew)} s from GitHub's`;
    return skew <= tolerableSeconds
      ? ok("clock", says)
      : failed("clock", says, "let this machine keep time, for example with systemd-timesyncd");
  } catch (error) {
    return failed(
      "github",
      `${apiUrl} cannot be reached: ${causeOf(error)}`,
      "check GITHUB_API_URL, the network and a proxy",
    );
  }
}

/** Fetch hides the reason one step down. */
const causeOf = (error: unknown): string =>
  error instanceof Error && error.cause instanceof Error ? wordsOf(error.cause) : wordsOf(error);
