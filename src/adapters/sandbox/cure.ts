/** Why this machine gives no sandbox, and what somebody can do about it. Pure. */

/** What is known of the machine when bubblewrap has failed. Null where the kernel has no such switch. */
export type Symptoms = {
  /** The end of what it said. */
  readonly said: string;
  /** `kernel.unprivileged_userns_clone` */
  readonly cloneSwitch: string | null;
  /** `kernel.apparmor_restrict_unprivileged_userns` */
  readonly appArmorSwitch: string | null;
  /** `user.max_user_namespaces` */
  readonly mostNamespaces: string | null;
};

/** What to install. */
export const installCure =
  "bubblewrap is not installed (Debian, Ubuntu: apt-get install bubblewrap socat; Fedora: dnf install bubblewrap socat)";

/** What to install when a box must reach models. */
export const bridgeCure =
  "socat is not installed, without which a sandboxed agent reaches no model (apt-get install socat)";

/** What to install when limits cannot be set. */
export const limitCure =
  "prlimit is not installed, without which a sandbox has no limits (apt-get install util-linux)";

/** One sentence for people, from what bubblewrap said. */
export function cureOf({ said, ...switches }: Symptoms): string {
  const text = said.trim().split("\n").at(-1) ?? "";
  const found = namespaceCure(switches) ?? known.find(([part]) => said.includes(part))?.[1];
  if (found !== undefined) return `a sandbox cannot be started: ${found} (${text})`;
  return `a sandbox cannot be started: ${text === "" ? "bubblewrap failed without a word" : text}`;
}

function namespaceCure(switches: Omit<Symptoms, "said">): string | undefined {
  if (switches.mostNamespaces === "0")
    return "user namespaces are forbidden here; allow them with sysctl user.max_user_namespaces=15000";
  if (switches.cloneSwitch === "0")
    return "user namespaces are forbidden to ordinary users; allow them with sysctl kernel.unprivileged_userns_clone=1";
  if (switches.appArmorSwitch === "1")
    return "AppArmor forbids user namespaces; give /usr/bin/bwrap a profile with `userns,` or set sysctl kernel.apparmor_restrict_unprivileged_userns=0";
  return undefined;
}

const inContainer =
  "inside a container it needs --security-opt seccomp=unconfined --security-opt apparmor=unconfined --security-opt systempaths=unconfined";

/** Captured from bubblewrap 0.8 and its source: https://github.com/containers/bubblewrap/blob/v0.8.0/bubblewrap.c */
const known: readonly (readonly [string, string])[] = [
  ["Can't mount proc on", `it may not have a /proc of its own; ${inContainer}`],
  ["Creating new namespace failed", `no new namespaces are allowed here; ${inContainer}`],
  ["No permissions to create", `no new namespaces are allowed here; ${inContainer}`],
  ["setting up uid map", `no users of its own are allowed here; ${inContainer}`],
  ["Failed to make / slave", `no mounts are allowed here; ${inContainer}`],
  ["Unknown option", "bubblewrap is too old; version 0.8.0 or newer is needed"],
  ["prctl(PR_SET_SECCOMP)", "this kernel filters no system calls (CONFIG_SECCOMP_FILTER)"],
];
