/** What an agent that means harm finds in its box, with everything that it may use. */
import assert from "node:assert/strict";
import { spawn } from "node:child_process";
import { randomBytes } from "node:crypto";
import { once } from "node:events";
import { mkdir, readdir, readFile, writeFile } from "node:fs/promises";
import { createServer } from "node:net";
import { join } from "node:path";
import { test, type TestContext } from "node:test";
import { createBubblewrap } from "../../../src/adapters/sandbox/bubblewrap.ts";
import { startBoxed } from "../../../src/adapters/sandbox/start.ts";
import { atEnd } from "../../support/cleanup.ts";
import { boxIn, createPlace, noBoxes, runIn, shell, type Place } from "./boxes.ts";

/** Prints everything below a folder that is not the system's, and all that processes show of themselves. */
const look = `
env
cat /proc/*/environ /proc/*/cmdline /proc/*/mountinfo 2> /dev/null
find "$1" -path /usr -prune -o -path /proc -prune -o -print -type f -exec head -c 4096 {} + 2> /dev/null
find /proc/*/root/ /proc/*/cwd/ -maxdepth 2 2> /dev/null
exit 0`;

type Scene = Place & { readonly home: string; readonly canary: string };

/** A bot with a secret in its environment, in its home, beside the worktree and above it. */
async function createScene(t: TestContext): Promise<Scene> {
  const place = await createPlace(t);
  const canary = `canary-${randomBytes(12).toString("hex")}`;
  const home = join(place.root, "home");
  await mkdir(join(home, ".ssh"), { recursive: true });
  await writeFile(join(home, ".ssh", "id_ed25519"), canary);
  await writeFile(join(place.root, "beside"), canary);
  await writeFile(join(place.root, `${canary}-name`), "");
  const bot = spawn("cat", [], {
    env: { PATH: "/usr/bin:/bin", HOME: home, TOKEN: canary },
    stdio: ["pipe", "ignore", "ignore"],
  });
  await once(bot, "spawn");
  atEnd(t, async () => {
    bot.stdin.end();
    await once(bot, "exit");
  });
  return { ...place, home, canary };
}

test("without a box the look finds the secrets, so that it would find them in one", async (t) => {
  const { root, canary } = await createScene(t);
  const child = spawn("/bin/sh", ["-c", look, "test", root], {
    stdio: ["ignore", "pipe", "ignore"],
  });
  let seen = "";
  child.stdout.on("data", (text) => (seen += String(text)));
  await once(child, "close");

  assert.match(seen, new RegExp(`TOKEN=${canary}`));
  assert.match(seen, /beside/);
  assert.match(seen, new RegExp(`${canary}-name`));
});

test(
  "a box shows no secret of the bot, in whatever file, environment or argument",
  { skip: noBoxes },
  async (t) => {
    const scene = await createScene(t);
    process.env["YARDMASTER_TEST_SECRET"] = scene.canary;
    atEnd(t, () => delete process.env["YARDMASTER_TEST_SECRET"]);

    const { code, stdout } = await runIn(scene, shell(look, "/"));

    assert.equal(code, 0);
    assert.ok(!stdout.includes(scene.canary));
    const files = stdout.split("\n");
    assert.ok(!files.includes(scene.home) && !files.includes(join(scene.root, "beside")));
    assert.ok(files.includes(scene.shown));
  },
);

test("what is above its folders is empty but for the way to them", { skip: noBoxes }, async (t) => {
  const scene = await createScene(t);

  const { stdout } = await runIn(scene, shell('ls -A "$1"; ls -A /; ls -A /etc', scene.root));

  const [beside, ...rest] = stdout.trim().split("\n");
  assert.equal(beside, "shown");
  const known =
    /^(bin|dev|etc|lib|lib32|lib64|libx32|sbin|proc|run|tmp|usr|passwd|group|hosts|nsswitch\.conf|alternatives|ld\.so\.cache|localtime|ssl|pki)$/;
  assert.deepEqual(
    rest.filter((name) => !known.test(name)),
    [scene.root.split("/")[1]].filter((name) => name !== "tmp"),
  );
});

test(
  "its environment is exactly the one that was given, and no argument on the machine holds it",
  { skip: noBoxes },
  async (t) => {
    const place = await createPlace(t);
    const token = randomBytes(12).toString("hex");
    const environment = { PATH: "/usr/bin:/bin", TOKEN: token, ODD: "a b\n'\"$(id)" };
    const command = ["perl", "-e", 'print join "\\0", %ENV; $| = 1; print "\\0"; <STDIN>'];
    const sandbox = createBubblewrap();
    const box = boxIn(place, { environment });

    const child = startBoxed(await sandbox.wrap(command, box, place.folder), [
      "pipe",
      "pipe",
      "ignore",
    ]);
    const [printed] = await once(child.stdout ?? assert.fail(), "data");
    const inArguments = await argumentsWith(token);
    child.stdin?.end();
    await once(child, "close");
    await sandbox.end(box.name);

    const words = String(printed).split("\0");
    const pairs = words.flatMap((word, index) =>
      index % 2 === 0 && word !== "" ? [[word, words[index + 1]]] : [],
    );
    const { PWD, ...seen } = Object.fromEntries(pairs);
    assert.deepEqual(seen, environment);
    assert.equal(PWD, place.shown);
    assert.deepEqual(inArguments, []);
  },
);

test(
  "a variable for the loader of libraries does not reach what runs outside of the box",
  { skip: noBoxes },
  async (t) => {
    const place = await createPlace(t);
    const environment = {
      PATH: "/usr/bin:/bin",
      LD_PRELOAD: join(place.shown, "evil.so"),
      BASH_ENV: "/evil",
    };

    const { stderr } = await runIn(place, ["/bin/true"], { environment });

    const complaints = stderr.split("\n").filter((line) => line.includes("evil.so"));
    // Of `prlimit` and `true`, which run in the box, and of nobody outside.
    assert.equal(complaints.length, 2);
  },
);

test("it can write into its own folders and nowhere else", { skip: noBoxes }, async (t) => {
  const scene = await createScene(t);
  const readable = join(scene.root, "readable");
  await mkdir(readable);
  await writeFile(join(readable, "object"), "kept");
  const places = ["/", "/usr", "/usr/bin", "/etc", "/dev", "/proc", "/proc/sys", readable];
  const switches = [
    "/proc/sys/kernel/core_pattern",
    "/proc/sys/vm/drop_caches",
    "/proc/sysrq-trigger",
    "/etc/passwd",
    join(readable, "object"),
  ];
  const script = `
    for place in ${places.map((_, index) => `"$${index + 1}"`).join(" ")}; do
      touch "$place/written" 2> /dev/null && echo "wrote into $place"
    done
    shift ${places.length}
    for file; do test -w "$file" && echo "may write $file"; done
    # The way to its folders is in its own memory here, since they lie in /tmp.
    touch ../written
    for place in . /tmp /run /dev/shm; do touch "$place/written" || echo "cannot write into $place"; done`;

  const before = await readdir(scene.root);

  const { stdout, stderr } = await runIn(scene, shell(script, ...places, ...switches), {
    readable: [readable],
  });

  assert.deepEqual([stdout, stderr], ["", ""]);
  assert.deepEqual(await readdir(scene.shown), ["written"]);
  assert.deepEqual(await readdir(scene.root), [...before, "run"].toSorted());
  assert.equal(await readFile(join(readable, "object"), "utf8"), "kept");
});

test(
  "its loopback is its own: neither ports nor abstract sockets of the machine are there",
  { skip: noBoxes },
  async (t) => {
    const place = await createPlace(t);
    const name = `\0yardmaster-test-${process.pid}`;
    let callers = 0;
    const servers = [{ host: "127.0.0.1", port: 0 }, { path: name }].map((address) => {
      const server = createServer(() => (callers += 1)).listen(address);
      atEnd(t, () => server.close());
      return server;
    });
    await Promise.all(servers.map((server) => once(server, "listening")));
    const address = servers[0]?.address();
    const port = typeof address === "object" ? address?.port : undefined;
    const script = `use Socket;
    socket(my $tcp, PF_INET, SOCK_STREAM, 0);
    print connect($tcp, sockaddr_in($ARGV[0], INADDR_LOOPBACK)) ? "in" : "$!", "\\n";
    socket(my $far, PF_INET, SOCK_STREAM, 0);
    print connect($far, sockaddr_in(80, inet_aton("169.254.169.254"))) ? "in" : "$!", "\\n";
    socket(my $unix, PF_UNIX, SOCK_STREAM, 0);
    print connect($unix, pack("S a*", PF_UNIX, "\\0$ARGV[1]")) ? "in" : "$!", "\\n";`;

    const { stdout } = await runIn(place, ["perl", "-e", script, String(port), name.slice(1)]);

    assert.equal(stdout, "Connection refused\nNetwork is unreachable\nConnection refused\n");
    assert.equal(callers, 0);
  },
);

test(
  "it has no capability, can gain none, and can neither mount, nor trace, nor enter namespaces",
  { skip: noBoxes },
  async (t) => {
    const place = await createPlace(t);
    const script = `
    grep -E '^(CapInh|CapPrm|CapEff|CapBnd|CapAmb|NoNewPrivs|Seccomp):' /proc/self/status | tr -d '\\t'
    id -u; id -g
    unshare --user true 2> /dev/null && echo "made a namespace"
    mount -t tmpfs none /tmp 2> /dev/null && echo "mounted"
    nsenter --target 1 --all true 2> /dev/null && echo "entered a namespace"
    mknod /tmp/disk b 8 0 2> /dev/null && echo "made a device"
    chown 0 . 2> /dev/null && echo "gave a folder away"
    ls /sys /var /root /home /boot 2> /dev/null
    exit 0`;

    const { stdout } = await runIn(place, shell(script));

    const none = "0000000000000000";
    const capabilities = ["Inh", "Prm", "Eff", "Bnd", "Amb"].map((set) => `Cap${set}:${none}`);
    assert.equal(
      stdout,
      [...capabilities, "NoNewPrivs:1", "Seccomp:2", "1000", "1000", ""].join("\n"),
    );
  },
);

test("it sees no process but its own", { skip: noBoxes }, async (t) => {
  const place = await createPlace(t);

  const { stdout } = await runIn(place, shell("echo /proc/[0-9]*; kill -9 -1; echo still here"));

  const [processes = "", last] = stdout.split("\n");
  assert.ok(processes.split(" ").length <= 3, processes);
  assert.equal(last, "still here");
});

/** Processes of the machine that show this in their arguments. */
async function argumentsWith(word: string): Promise<readonly string[]> {
  const pids = (await readdir("/proc")).filter((name) => Number.isInteger(Number(name)));
  const found = await Promise.all(
    pids.map((pid) => readFile(`/proc/${pid}/cmdline`, "utf8").catch(() => "")),
  );
  return found.filter((line) => line.includes(word));
}
