/** The registry of commands: what the parser knows, and what help and README say. */

export type Verb =
  | "help"
  | "status"
  | "why"
  | "logs"
  | "dispatch"
  | "retry"
  | "stop"
  | "send"
  | "broadcast"
  | "handover"
  | "approve"
  | "review"
  | "hold"
  | "unhold"
  | "block"
  | "unblock"
  | "abort"
  | "fix"
  | "revise"
  | "rebase"
  | "merge"
  | "revert"
  | "cleanup"
  | "budget";

/** One verb. Usage and examples are without prefix. */
type Entry = {
  /** What may follow the verb. */
  readonly takes: "nothing" | "options" | "text" | "reason" | "amount" | "count";
  /** Never empty. */
  readonly usage: readonly string[];
  readonly description: string;
  /** Who may use it, at the moment of the comment. */
  readonly who: "anyone" | "write" | "maintain" | "write, or whoever asked";
  /** Each is understood as it stands. */
  readonly examples: readonly string[];
};

/** In the order in which people are told of them. */
export const verbs: Readonly<Record<Verb, Entry>> = {
  help: {
    takes: "nothing",
    usage: ["help"],
    description: "lists these commands",
    who: "anyone",
    examples: ["help"],
  },
  status: {
    takes: "nothing",
    usage: ["status"],
    description: "repeats the status of the work on this issue",
    who: "anyone",
    examples: ["status"],
  },
  why: {
    takes: "nothing",
    usage: ["why"],
    description: "says in one sentence what the work waits for",
    who: "anyone",
    examples: ["why"],
  },
  logs: {
    takes: "count",
    usage: ["logs [N]"],
    description:
      "shows the last N lines, 20 if it is not said and at most 100, of what the worker of this issue, or its last one, has printed",
    who: "write",
    examples: ["logs", "logs 50"],
  },
  dispatch: {
    takes: "options",
    usage: ["dispatch [--agent=NAME] [--model=NAME] [--depends-on #N,#M]"],
    description: "asks for the issue to be worked on, or for parked work to go on",
    who: "write",
    examples: ["dispatch", "dispatch --depends-on #12", "dispatch --agent=claude --model=opus"],
  },
  retry: {
    takes: "nothing",
    usage: ["retry"],
    description: "lets parked work go on with another attempt",
    who: "write",
    examples: ["retry"],
  },
  stop: {
    takes: "nothing",
    usage: ["stop"],
    description: "takes the request back: the worker is stopped and what it did is saved",
    who: "write, or whoever asked",
    examples: ["stop"],
  },
  send: {
    takes: "text",
    usage: ["send TEXT"],
    description:
      "writes to the worker, this line and all below it up to the next command: an idle one is called back in its worktree and session, a busy one hears it when its run ends; with a pull request open, more commits follow on its branch",
    who: "write",
    examples: ["send Make the tank blue."],
  },
  broadcast: {
    takes: "text",
    usage: ["broadcast TEXT"],
    description:
      "writes to every worker that runs in this repository, as `send` does to one, from any of its issues and pull requests",
    who: "maintain",
    examples: ["broadcast The API moved to v2."],
  },
  handover: {
    takes: "reason",
    usage: ["handover [NOTE]"],
    description:
      "stops the worker that runs and has it write down how far it is; another one goes on from there, with the note",
    who: "write",
    examples: ["handover", "handover the parser is the wrong place"],
  },
  approve: {
    takes: "nothing",
    usage: ["approve"],
    description:
      "lets a text that hides something be worked on as a reader sees it, or work be published that the gates hold back, or work begin beside another system's worker",
    who: "write",
    examples: ["approve"],
  },
  review: {
    takes: "nothing",
    usage: ["review"],
    description:
      "has a worker review the pull request of this issue; from then on each of its heads needs a review before it is merged; a pull request that others have opened it reviews once",
    who: "write",
    examples: ["review"],
  },
  hold: {
    takes: "reason",
    usage: ["hold [REASON]"],
    description:
      "puts the work on hold: what waits does not start, a worker that runs goes on, and nothing is merged",
    who: "write",
    examples: ["hold", "hold until the release is out"],
  },
  unhold: {
    takes: "nothing",
    usage: ["unhold"],
    description: "lets work that is on hold go on",
    who: "write",
    examples: ["unhold"],
  },
  block: {
    takes: "reason",
    usage: ["block [REASON]"],
    description:
      "parks the work and moves its card to Blocked: a worker that runs is stopped once its work is saved, nobody is called, and nothing is merged",
    who: "write",
    examples: ["block", "block the supplier must answer first"],
  },
  unblock: {
    takes: "nothing",
    usage: ["unblock"],
    description: "lets blocked work go on from where it stood",
    who: "write",
    examples: ["unblock"],
  },
  abort: {
    takes: "nothing",
    usage: ["abort"],
    description:
      "on the tracking issue: blocks all work in its scope as `block` does, and lists what can go on with `unblock`",
    who: "write",
    examples: ["abort"],
  },
  fix: {
    takes: "nothing",
    usage: ["fix"],
    description:
      "calls a worker to the pull request, whoever opened it, to mend its failed checks, however often that was tried, also on commits that a person has pushed",
    who: "write",
    examples: ["fix"],
  },
  revise: {
    takes: "nothing",
    usage: ["revise"],
    description: "the same, to do what reviewers with write access ask for",
    who: "write",
    examples: ["revise"],
  },
  rebase: {
    takes: "nothing",
    usage: ["rebase"],
    description: "the same, to merge the base branch in and resolve what conflicts",
    who: "write",
    examples: ["rebase"],
  },
  merge: {
    takes: "nothing",
    usage: ["merge"],
    description:
      "has the pull request merged as soon as its checks are green and nothing speaks against it, also where the repository's file does not say so",
    who: "write",
    examples: ["merge"],
  },
  revert: {
    takes: "nothing",
    usage: ["revert"],
    description: "opens a pull request that takes back what was merged for this issue",
    who: "write",
    examples: ["revert"],
  },
  cleanup: {
    takes: "nothing",
    usage: ["cleanup"],
    description:
      "removes the worktrees that are kept for work that is parked or has ended, and says where all that was in them is saved",
    who: "maintain",
    examples: ["cleanup"],
  },
  budget: {
    takes: "amount",
    usage: ["budget +2USD [24h]"],
    description: "lets the issue cost more, for a time",
    who: "write",
    examples: ["budget +2USD 24h", "budget 0.50"],
  },
};

/** All verbs, in the registry's order. */
export const allVerbs = Object.keys(verbs).filter(isVerb);

export function isVerb(word: string): word is Verb {
  return Object.hasOwn(verbs, word);
}
