/** What a box is made of, as words: nothing is run here. */
import assert from "node:assert/strict";
import { mkdir, rename, symlink } from "node:fs/promises";
import { join } from "node:path";
import { test } from "node:test";
import {
  boxArguments,
  environmentFile,
  type Ground,
} from "../../../src/adapters/sandbox/arguments.ts";
import type { Box } from "../../../src/adapters/sandbox/box.ts";
import { checkBox, objectionTo } from "../../../src/adapters/sandbox/check-box.ts";
import { SandboxFault } from "../../../src/adapters/sandbox/fault.ts";
import { innerCommand, outerCommand } from "../../../src/adapters/sandbox/inner.ts";
import { noSandbox } from "../../../src/adapters/sandbox/none.ts";
import { boxIn, createPlace } from "./boxes.ts";

const place = { root: "/data", shown: "/data/work/tree", folder: "/data/run" };
const box = boxIn(place, { name: "box-1", environment: { TOKEN: "secret" } });
const ground: Ground = { roots: [{ path: "/bin", link: "usr/bin" }], settings: [] };

test("arguments hold no variable of the environment, which goes through a file", () => {
  const environment = { A: "1", B: "two\nlines", C: "" };

  const words = boxArguments({ ...box, environment: { TOKEN: "secret" } }, ground, []);

  assert.ok(!words.join(" ").includes("secret"));
  assert.equal(
    environmentFile(environment),
    "--clearenv\0--setenv\0A\x001\0--setenv\0B\0two\nlines\0--setenv\0C\0\0",
  );
});

test("system folders are links on some machines and folders on others", () => {
  const roots = [
    { path: "/bin", link: "usr/bin" },
    { path: "/lib64", link: null },
  ];

  const words = boxArguments(box, { roots, settings: [] }, []).join(" ");

  assert.ok(words.includes("--symlink usr/bin /bin --ro-bind /lib64 /lib64"));
});

test("outer folders are mounted before inner ones, and what /usr shows is not mounted again", () => {
  const words = boxArguments(
    {
      ...box,
      writable: ["/data/work/tree", "/data/work"],
      readable: ["/data/work/tree/objects", "/usr/lib/node", "/data"],
    },
    ground,
    [],
  );

  const binds = words.flatMap((word, index) =>
    /^--(ro-)?bind$/.test(word) ? [`${word} ${words[index + 1]}`] : [],
  );
  assert.deepEqual(binds, [
    "--ro-bind /usr",
    "--ro-bind /data",
    "--bind /data/work",
    "--bind /data/work/tree",
    "--ro-bind /data/work/tree/objects",
  ]);
});

test("nothing but the named folders is bound, and everything that the box made itself is sealed", () => {
  const words = boxArguments(box, ground, [["/etc/passwd", "/data/run/box/passwd"]]);

  const text = words.join(" ");
  assert.ok(text.startsWith("--unshare-all --unshare-user --uid 1000 --gid 1000 --disable-userns"));
  assert.ok(text.includes("--cap-drop ALL --die-with-parent --new-session --hostname box-1"));
  assert.ok(text.includes("--ro-bind /data/run/box/passwd /etc/passwd"));
  assert.ok(text.endsWith("--remount-ro /proc --remount-ro /dev --remount-ro /"));
});

test("limits that a control group holds are not counted again", () => {
  const { fileBytes, processes } = box.limits;

  assert.deepEqual(innerCommand(["x"], box, false), [
    ...["prlimit", "--core=0", `--fsize=${fileBytes}`, "--", "x"],
  ]);
  assert.deepEqual(innerCommand(["x"], box, true), [
    ...["prlimit", "--core=0", `--fsize=${fileBytes}`, `--nproc=${processes}`, "--", "x"],
  ]);
  assert.deepEqual(outerCommand(["/group"], ["x"]).slice(3), ["box", "/group", "--", "x"]);
});

const socket = "/data/work/tree/socket";
const refusals: readonly (readonly [string, Partial<Box>])[] = [
  ["its name is not a name of a host", { name: "../up" }],
  ["its name is not a name of a host", { name: "" }],
  ['"relative" is not an absolute path', { readable: ["relative"] }],
  ['"/data/../etc" is not an absolute path', { writable: ["/data/../etc"] }],
  ['"/data/\\u0000" is not an absolute path', { readable: ["/data/\0"] }],
  ["/ would take the place of the sandbox's own folders", { readable: ["/"] }],
  ["/etc would take the place of the sandbox's own folders", { readable: ["/etc"] }],
  ["/tmp would take the place of the sandbox's own folders", { writable: ["/tmp"] }],
  ["/usr/local belongs to the system and must not be writable", { writable: ["/usr/local"] }],
  ["/etc/ssl belongs to the system and must not be writable", { writable: ["/etc/ssl"] }],
  ["it cannot see its working folder", { workingFolder: "/data/work" }],
  ["it could write its own rules", { writable: ["/data"] }],
  ['"A=B" is not a name of a variable', { environment: { "A=B": "" } }],
  ["the variable A holds a zero byte", { environment: { A: "x\0--bind\0/\0/" } }],
  ["80 is no port for it", { bridges: [{ port: 80, socket }] }],
  [
    "two bridges share a port",
    {
      bridges: [
        { port: 8080, socket },
        { port: 8080, socket },
      ],
    },
  ],
  ["it cannot see the socket /data/socket", { bridges: [{ port: 8080, socket: "/data/socket" }] }],
  [
    'the socket "/data/work/tree/a,fork" has a path that is too long, or with unusual characters',
    { bridges: [{ port: 8080, socket: "/data/work/tree/a,fork" }] },
  ],
  ["its limit processes is 0", { limits: { memoryBytes: 1, processes: 0, fileBytes: 1 } }],
];

test("a box that would show or run more than it says is refused", () => {
  const found = refusals.map(([, parts]) => objectionTo({ ...box, ...parts }, place.folder));

  assert.deepEqual(
    found,
    refusals.map(([why]) => why),
  );
  assert.equal(objectionTo(box, place.folder), null);
});

test("a link that an earlier command has put where a folder is expected is refused", async (t) => {
  const real = await createPlace(t);
  const inner = join(real.shown, "objects");
  await mkdir(inner);
  const nested = boxIn(real, { readable: [inner] });
  await checkBox(nested, real.folder);

  await rename(inner, `${inner}-away`);
  await symlink("/root", inner);

  await assert.rejects(checkBox(nested, real.folder), {
    name: "SandboxFault",
    kind: "refused",
    message: `no sandbox can be made: ${inner} is a link`,
  });
});

test("a folder that is not there is a fault of the machine", async (t) => {
  const real = await createPlace(t);

  const refused = checkBox(boxIn(real, { readable: [join(real.root, "gone")] }), real.folder);

  await assert.rejects(refused, (error) => {
    assert.ok(error instanceof SandboxFault);
    assert.deepEqual([error.kind, error.retryable], ["system", true]);
    return true;
  });
});

test("without a sandbox a command is what it was", async () => {
  const command = ["x", "y"];

  assert.deepEqual(await noSandbox.wrap(command, box, place.folder), {
    argv: command,
    env: { TOKEN: "secret" },
    descriptors: [],
  });
  assert.deepEqual(await noSandbox.preflight(), { ok: true });
});
