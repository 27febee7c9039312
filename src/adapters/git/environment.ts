/** The only environment and configuration that our git ever sees. Nothing of the machine, the user or an agent gets in. */

/** A git configuration key and its value. */
export type Setting = readonly [key: string, value: string];

/** A whole environment for one git process: ours, with further settings and variables. */
export function gitEnvironment(
  settings: readonly Setting[],
  variables: Readonly<Record<string, string>>,
): Record<string, string> {
  const all = [...fixedSettings, ...settings];
  const configuration = all.flatMap(([key, value], index) => [
    [`GIT_CONFIG_KEY_${index}`, key],
    [`GIT_CONFIG_VALUE_${index}`, value],
  ]);
  return {
    ...fixedVariables,
    PATH: process.env["PATH"] ?? "/usr/local/bin:/usr/bin:/bin",
    // By environment and not by -c: a token among the settings must not show in the list of processes.
    GIT_CONFIG_COUNT: String(all.length),
    ...Object.fromEntries(configuration),
    ...variables,
  };
}

const fixedVariables = {
  LC_ALL: "C",
  HOME: "/nonexistent",
  GIT_CONFIG_NOSYSTEM: "1",
  GIT_CONFIG_GLOBAL: "/dev/null",
  GIT_ATTR_NOSYSTEM: "1",
  GIT_TERMINAL_PROMPT: "0",
  GIT_EDITOR: "true",
  GIT_NO_REPLACE_OBJECTS: "1",
  GIT_LITERAL_PATHSPECS: "1",
  GIT_LFS_SKIP_SMUDGE: "1",
};

const fixedSettings: readonly Setting[] = [
  // Programs that a repository could name.
  ["core.hooksPath", "/dev/null"],
  ["core.fsmonitor", "false"],
  ["core.attributesFile", "/dev/null"],
  ["core.excludesFile", "/dev/null"],
  ["credential.helper", ""],
  ["commit.gpgSign", "false"],
  // Places that a repository could lead to. HTTP is allowed per call, for loopback only.
  ["protocol.allow", "never"],
  ["protocol.https.allow", "always"],
  ["safe.bareRepository", "explicit"],
  ["submodule.recurse", "false"],
  ["fetch.recurseSubmodules", "false"],
  ["push.recurseSubmodules", "no"],
  // Caches beside the objects, which would be believed unread.
  ["core.commitGraph", "false"],
  ["core.multiPackIndex", "false"],
  // Names that other machines read as `.git`.
  ["core.protectHFS", "true"],
  ["core.protectNTFS", "true"],
  // Collections in the background delete what private repositories borrow, and collide with each other.
  ["gc.auto", "0"],
  ["maintenance.auto", "false"],
  ["branch.autoSetupMerge", "false"],
  ["core.quotePath", "false"],
  ["advice.detachedHead", "false"],
  ["checkout.workers", "0"],
  // A connection that is silent for a minute is dead.
  ["http.lowSpeedLimit", "1"],
  ["http.lowSpeedTime", "60"],
];
