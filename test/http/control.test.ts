/** The operator's door, over real sockets: what it tells, what it takes, who may open it, and what a crash leaves. */
import assert from "node:assert/strict";
import { mkdir, mkdtemp, readdir, rename, rm, stat, writeFile } from "node:fs/promises";
import { createServer, request } from "node:http";
import { tmpdir } from "node:os";
import { basename, dirname, join } from "node:path";
import { test } from "node:test";
import type { TestContext } from "node:test";

import { openControl } from "../../src/http/control.ts";
import type { ControlParts } from "../../src/http/control.ts";
import { controlSocket } from "../../src/http/control-address.ts";
import {
  AssignmentList,
  AssignmentView,
  Broadcast,
  Refused,
  Sent,
} from "../../src/http/control-shapes.ts";
import { assignmentIn, at, deskOf, queued, reviewing, working } from "../support/assignments.ts";
import type { Desk } from "../support/assignments.ts";
import { atEnd } from "../support/cleanup.ts";
import { silentLog } from "../support/log.ts";

type Answer = { readonly status: number; readonly body: unknown };

async function folderFor(t: TestContext): Promise<string> {
  const folder = await mkdtemp(join(tmpdir(), "yardmaster-test-"));
  atEnd(t, () => rm(folder, { recursive: true, force: true }));
  return folder;
}

function partsOf(root: string, desk: Desk): ControlParts {
  return {
    root,
    board: desk.board,
    tell: desk.tell,
    spending: async (since) => [
      {
        day: new Date(since).toISOString().slice(0, 10),
        repository: "acme/web",
        issue: "acme/web#3",
        model: "some-model",
        requests: 2,
        input_tokens: 10,
        output_tokens: 20,
        usd: 0.5,
        is_estimate: false,
      },
    ],
    health: async (_request, response) => void response.writeHead(200).end('{"status":"ok"}'),
    places: {
      worktree: ({ issueNumber, attempt }) => join(root, String(issueNumber), String(attempt)),
      run: ({ worker }, run) => join(root, "runs", worker, String(run)),
      home: ({ issueNumber }) => join(root, String(issueNumber), "home"),
    },
    clock: { now: () => at, at: () => () => {} },
    log: silentLog,
  };
}

async function door(t: TestContext, desk: Desk, root?: string): Promise<string> {
  const folder = root ?? (await folderFor(t));
  const control = await openControl(partsOf(folder, desk));
  atEnd(t, control.close);
  return folder;
}

function ask(root: string, method: string, path: string, body?: unknown): Promise<Answer> {
  return new Promise((resolve, reject) => {
    const sending = request({ socketPath: controlSocket(root), method, path }, (response) => {
      let text = "";
      response
        .setEncoding("utf8")
        .on("data", (part: string) => (text += part))
        .on("end", () => resolve({ status: response.statusCode ?? 0, body: JSON.parse(text) }));
    });
    sending.on("error", reject);
    sending.end(typeof body === "string" || body === undefined ? body : JSON.stringify(body));
  });
}

const say = (root: string, reference: string, body: unknown): Promise<Answer> =>
  ask(root, "POST", `/assignments/${encodeURIComponent(reference)}/messages`, body);

test("all live assignments are told with what they wait for and where their files are", async (t) => {
  const desk = deskOf(
    assignmentIn(working(3, { session: "s-1" }), 3),
    assignmentIn(queued, 4),
    reviewing(5, "s-2"),
  );
  const root = await door(t, desk);

  const { status, body } = await ask(root, "GET", "/assignments");

  const [first, second, third] = AssignmentList.parse(body).assignments;
  assert.equal(status, 200);
  assert.deepEqual(first, {
    task_id: "acme/web#3",
    assignment: `I_web_3@${at}`,
    repository_id: 3,
    title: "Add a page",
    url: "https://github.example/acme/web/issues/3",
    requester: "mona",
    requested_at: "2026-11-21T05:30:00Z",
    phase: "working",
    waiting: null,
    max_attempts: 4,
    attempt: 1,
    worker: `worker-${at / 1000}-3`,
    agent: "claude",
    model: null,
    run: 1,
    is_running: true,
    session_id: "s-1",
    worktree_path: join(root, "3", "1"),
    run_path: join(root, "runs", `worker-${at / 1000}-3`, "1"),
    home_path: join(root, "3", "home"),
    pull: null,
    queued_count: 0,
    usd: 0,
  });
  assert.deepEqual([second?.phase, second?.waiting], ["queued", "a free slot"]);
  assert.deepEqual(
    [third?.pull?.number, third?.waiting, third?.session_id, third?.is_running],
    [105, "a person to merge", "s-2", false],
  );
});

test("an issue is meant by its number, its full name in any case, or its worker", async (t) => {
  const root = await door(t, deskOf(assignmentIn(working(3), 3)));

  for (const reference of ["3", "#3", "acme/web#3", "ACME/Web#3", `worker-${at / 1000}-3`]) {
    const { status, body } = await ask(
      root,
      "GET",
      `/assignments/${encodeURIComponent(reference)}`,
    );
    assert.equal(status, 200, reference);
    assert.equal(AssignmentView.parse(body).task_id, "acme/web#3");
  }
});

test("a number that two repositories have is refused with both, and one that none has is not found", async (t) => {
  const root = await door(t, deskOf(assignmentIn(queued, 3), assignmentIn(queued, 3, "api")));

  const several = await ask(root, "GET", "/assignments/3");
  const none = await ask(root, "GET", "/assignments/4");

  assert.equal(several.status, 409);
  assert.deepEqual(Refused.parse(several.body), {
    message: "3 may be acme/web#3 or acme/api#3",
    candidates: ["acme/web#3", "acme/api#3"],
  });
  assert.equal(none.status, 404);
});

test("a message to a Worker at work waits for its turn, in order, and the same key is the same message", async (t) => {
  const desk = deskOf(assignmentIn(working(3), 3));
  const root = await door(t, desk);

  const first = Sent.parse((await say(root, "#3", { text: "first", key: "a" })).body);
  const again = Sent.parse((await say(root, "#3", { text: "first", key: "a" })).body);
  const second = Sent.parse((await say(root, "#3", { text: " second\n" })).body);

  assert.deepEqual([first.task_id, first.dispatched, first.queued_count], ["acme/web#3", false, 1]);
  assert.equal(again.queued_count, 1);
  assert.equal(second.queued_count, 2);
  const [assignment] = [...desk.board().values()];
  assert.deepEqual(
    assignment?.messages.map(({ by, text }) => `${by}: ${text}`),
    ["operator: first", "operator: second"],
  );
});

test("a message to a Worker that has ended calls it back in the same session at once", async (t) => {
  const root = await door(t, deskOf(reviewing(5, "s-2")));

  const sent = Sent.parse((await say(root, "5", { text: "rename it" })).body);

  assert.deepEqual([sent.dispatched, sent.queued_count], [true, 0]);
  assert.deepEqual(
    [sent.task.phase, sent.task.run, sent.task.session_id, sent.task.is_running],
    ["working", 2, "s-2", true],
  );
});

test("a broadcast goes to everybody who can still read it, and says who was told at once", async (t) => {
  const ended = assignmentIn({ name: "done", ending: { kind: "granted", said: [] }, saved: [] }, 9);
  const root = await door(t, deskOf(assignmentIn(working(3), 3), reviewing(5, "s-2"), ended));

  const { total, results } = Broadcast.parse(
    (await ask(root, "POST", "/messages", { text: "use tabs" })).body,
  );

  assert.equal(total, 2);
  assert.deepEqual(results, [
    { task_id: "acme/web#3", dispatched: false, queued_count: 1 },
    { task_id: "acme/web#5", dispatched: true, queued_count: 0 },
  ]);
});

/** A desk at which the work changes between a message's arrival and its being taken in. */
function deskChanging(before: Desk, after: Desk): Desk {
  let now = before;
  return {
    board: () => now.board(),
    tell: async (event) => {
      now = after;
      await after.tell(event);
    },
    told: after.told,
  };
}

const done = assignmentIn({ name: "done", ending: { kind: "granted", said: [] }, saved: [] }, 3);

for (const [how, left] of [
  ["has just ended", [done]],
  ["is gone", []],
] as const) {
  test(`a message that comes too late for work that ${how} is not said to be delivered`, async (t) => {
    const desk = deskChanging(deskOf(assignmentIn(working(3), 3)), deskOf(...left));
    const root = await door(t, desk);

    const { status, body } = await say(root, "3", { text: "wait" });

    assert.deepEqual([status, Refused.parse(body).message], [409, "the work has just ended"]);
  });

  test(`a broadcast reaches all others when the work of one ${how}`, async (t) => {
    const before = deskOf(assignmentIn(working(3), 3), reviewing(5, "s-2"));
    const root = await door(t, deskChanging(before, deskOf(...left, reviewing(5, "s-2"))));

    const { status, body } = await ask(root, "POST", "/messages", { text: "use tabs" });

    assert.equal(status, 200);
    assert.deepEqual(Broadcast.parse(body), {
      total: 1,
      results: [{ task_id: "acme/web#5", dispatched: true, queued_count: 0 }],
    });
  });
}

test("what makes no sense is refused with the reason and changes nothing", async (t) => {
  const ended = assignmentIn({ name: "done", ending: { kind: "granted", said: [] }, saved: [] }, 9);
  const desk = deskOf(assignmentIn(working(3), 3), ended);
  const root = await door(t, desk);

  const answers = [
    await say(root, "3", { text: "  " }),
    await say(root, "3", "{"),
    await say(root, "3", { text: "x".repeat(20_001) }),
    await say(root, "3", `"${"x".repeat(300_000)}"`),
    await say(root, "9", { text: "too late" }),
    await say(root, "77", { text: "to nobody" }),
    await ask(root, "DELETE", "/assignments/3"),
    await ask(root, "GET", "/assignments/%E0%A4%A"),
    await ask(root, "GET", "/spending?since=yesterday"),
  ];

  assert.deepEqual(
    answers.map(({ status }) => status),
    [400, 400, 400, 413, 409, 404, 404, 400, 400],
  );
  assert.deepEqual(
    Refused.parse(answers[4]?.body).message,
    "nobody would read it: the work has ended",
  );
  assert.deepEqual(desk.told, []);
});

test("an issue is asked for on behalf of a person, once, and parked or running work stays as it is", async (t) => {
  const desk = deskOf(assignmentIn(queued, 4));
  const root = await door(t, desk);
  const wanted = { installation: 5, by: { login: "wren", id: 7 }, seen: "a".repeat(64) };
  const want = (more: object): Promise<Answer> =>
    ask(root, "POST", "/requests", { ...wanted, ...more });

  const answers = [await want({ issue: "I_new" }), await want({ issue: "I_new" })];
  const live = await want({ issue: "I_web_4" });
  const wrong = await want({ issue: "I_other", seen: "no hash", role: "admin" });

  assert.deepEqual(
    [...answers, live].map(({ status, body }) => [status, body]),
    [
      [200, { is_new: true }],
      [200, { is_new: false }],
      [200, { is_new: false }],
    ],
  );
  assert.equal(wrong.status, 400);
  assert.match(Refused.parse(wrong.body).message, /seen is no SHA-256 in hex/u);
  const begun = [...desk.board().values()].find(({ issueId }) => issueId === "I_new");
  assert.deepEqual(begun?.requester, wanted.by);
  assert.deepEqual(begun?.request, { via: "label" });
  assert.equal(desk.told.length, 1);
});

test("spending is told from a time on", async (t) => {
  const root = await door(t, deskOf());

  const { body } = await ask(root, "GET", "/spending?since=2026-11-01T00:00:00Z");

  assert.deepEqual(body, {
    since: "2026-11-01T00:00:00Z",
    rows: [
      {
        day: "2026-11-01",
        repository: "acme/web",
        issue: "acme/web#3",
        model: "some-model",
        requests: 2,
        input_tokens: 10,
        output_tokens: 20,
        usd: 0.5,
        is_estimate: false,
      },
    ],
  });
  assert.deepEqual((await ask(root, "GET", "/healthz")).body, { status: "ok" });
});

test("only the service's own user can open the door, and closing it leaves nothing", async (t) => {
  const root = await folderFor(t);
  const control = await openControl(partsOf(root, deskOf()));

  const { mode } = await stat(control.path);
  await control.close();

  assert.equal(control.path, join(root, "control.sock"));
  assert.equal(mode & 0o777, 0o600);
  assert.deepEqual(await readdir(root), []);
});

test("what a killed service left in the way is replaced", async (t) => {
  const root = await folderFor(t);
  await mkdir(join(root, ".c"));
  await writeFile(join(root, ".c", "s"), "stale");
  await writeFile(join(root, "control.sock"), "stale");

  await door(t, deskOf(), root);

  assert.equal((await ask(root, "GET", "/assignments")).status, 200);
});

test("a data folder too deep for a socket's path is served from a short one that it names", async (t) => {
  const root = join(await folderFor(t), "deep".repeat(20), "deeper".repeat(20));
  await mkdir(root, { recursive: true });
  const control = await openControl(partsOf(root, deskOf()));
  const left = dirname(control.path);

  const first = await ask(root, "GET", "/assignments");
  // As after a crash: the pointer and its folder are still there.
  const next = await openControl(partsOf(root, deskOf()));
  const second = await ask(root, "GET", "/assignments");
  await next.close();
  await control.close();

  assert.deepEqual([first.status, second.status], [200, 200]);
  assert.equal(dirname(left), tmpdir());
  assert.ok(!(await readdir(tmpdir())).includes(basename(left)));
  assert.deepEqual(await readdir(root), []);
});

test("a socket that nobody serves any more says so by refusing the connection", async (t) => {
  const root = await folderFor(t);
  const server = createServer().listen(join(root, "s"));
  await new Promise((resolve) => server.once("listening", resolve));
  await rename(join(root, "s"), join(root, "control.sock"));
  await new Promise((resolve) => server.close(resolve));

  await assert.rejects(ask(root, "GET", "/assignments"), { code: "ECONNREFUSED" });
});
