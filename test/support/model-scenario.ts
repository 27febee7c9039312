/** What a scripted model says, turn by turn, whichever API it is asked through. */

/** Tokens that an answer claims to have used. */
export type ModelUsage = {
  /** Fresh input, as Anthropic counts it; the OpenAI form gets all three together. */
  readonly input: number;
  readonly cached: number;
  readonly written: number;
  readonly output: number;
};

/** One answer of the model. */
export type ModelReply = {
  readonly usage: ModelUsage;
} & (
  | { readonly kind: "text"; readonly pieces: Iterable<string> | AsyncIterable<string> }
  /** Call of a tool by its name in that API. */
  | { readonly kind: "tool"; readonly name: string; readonly input: object }
  /** A command for whatever tool the agent offers for that. */
  | { readonly kind: "command"; readonly command: string }
  /** The text begins, and then the connection ends. */
  | { readonly kind: "broken"; readonly text: string }
  | {
      readonly kind: "error";
      readonly status: number;
      readonly headers: Readonly<{ [name: string]: string }>;
    }
  /** Nothing ever comes. */
  | { readonly kind: "silence" }
);

/** Where the conversation is. */
export type ModelTurn = {
  /** Results of tools that the conversation holds: 0 in the first turn. */
  readonly results: number;
  /** Names of the tools that the agent offers; none in questions on the side, for a title or the like. */
  readonly tools: readonly string[];
  /** The whole request, as text. */
  readonly text: string;
};

/** Decides on each answer. */
export type Scenario = (turn: ModelTurn) => ModelReply;

export const someUsage: ModelUsage = { input: 100, cached: 0, written: 0, output: 20 };

/** The model says this and ends its turn. */
export const says = (text: string, usage = someUsage): ModelReply => ({
  kind: "text",
  pieces: [text],
  usage,
});
/** The model says these pieces, each as it comes: slow, endless or huge as the test likes. */
export const streams = (
  pieces: Iterable<string> | AsyncIterable<string>,
  usage = someUsage,
): ModelReply => ({ kind: "text", pieces, usage });
/** The model calls this tool; in `claude`: `Bash`, `Write`, `Read` and so on. */
export const calls = (name: string, input: object, usage = someUsage): ModelReply => ({
  kind: "tool",
  name,
  input,
  usage,
});
/** The model has this command run, by `Bash` of claude or the shell tool of codex. */
export const runs = (command: string, usage = someUsage): ModelReply => ({
  kind: "command",
  command,
  usage,
});
/** The provider answers with this status: 401, 429, 529 and so on. */
export const fails = (
  status: number,
  headers: Readonly<{ [name: string]: string }> = {},
): ModelReply => ({ kind: "error", status, headers, usage: someUsage });
/** The connection ends in the middle of the answer. */
export const breaksOff = (text: string, usage = someUsage): ModelReply => ({
  kind: "broken",
  text,
  usage,
});
/** The provider takes the request and never answers. */
export const staysSilent: ModelReply = { kind: "silence", usage: someUsage };

/** One reply per turn, the last one again and again; questions without tools get a short text. */
export function inTurn(...replies: readonly [ModelReply, ...ModelReply[]]): Scenario {
  return ({ results, tools }) => {
    if (tools.length === 0 && replies.some(({ kind }) => kind === "tool" || kind === "command"))
      return says("A title");
    return replies[Math.min(results, replies.length - 1)] ?? replies[0];
  };
}

/** The same reply always: with `runs` or `calls` a loop that only a limit ends. */
export const always =
  (reply: ModelReply): Scenario =>
  () =>
    reply;
