import assert from "node:assert/strict";
import { once } from "node:events";
import { mkdir } from "node:fs/promises";
import { createServer, type Server } from "node:net";
import { join } from "node:path";
import { test, type TestContext } from "node:test";
import { atEnd } from "../../support/cleanup.ts";
import { createPlace, noBoxes, runIn, shell } from "./boxes.ts";

/** Answers each caller with the name after what it was sent. */
async function serve(t: TestContext, path: string, name: string): Promise<Server> {
  const server = createServer((socket) => {
    socket.on("error", () => {});
    socket.on("data", (text) => socket.end(`${name}: ${String(text)}`));
  }).listen(path);
  atEnd(t, () => server.close());
  await once(server, "listening");
  return server;
}

const call = `use Socket;
  for (@ARGV) {
    socket(my $socket, PF_INET, SOCK_STREAM, 0);
    connect($socket, sockaddr_in($_, INADDR_LOOPBACK)) or die "$_: $!";
    syswrite $socket, "hello";
    print while <$socket>;
    print "\\n";
  }`;

test(
  "a bridge leads to its socket outside and is there before the command begins",
  { skip: noBoxes },
  async (t) => {
    const place = await createPlace(t);
    const folder = join(place.root, "with spaces");
    await mkdir(folder);
    const sockets = [join(folder, "models"), join(folder, "packages")];
    await serve(t, sockets[0] ?? "", "models");
    await serve(t, sockets[1] ?? "", "packages");
    const bridges = sockets.map((socket, index) => ({ port: 8080 + index, socket }));

    const { code, stdout } = await runIn(place, ["perl", "-e", call, "8080", "8081", "8080"], {
      readable: [folder],
      bridges,
    });

    assert.equal(stdout, "models: hello\npackages: hello\nmodels: hello\n");
    assert.equal(code, 0);
  },
);

test("the command begins when all its bridges are open", { skip: noBoxes }, async (t) => {
  const place = await createPlace(t);
  const bridges = Array.from({ length: 8 }, (_, index) => ({
    port: 8080 + index,
    socket: join(place.shown, "socket"),
  }));
  // Without starting a program, which would give them the time that they need.
  const count = `n=0
    while read -r _ _ _ state _; do [ "$state" = 0A ] && n=$((n + 1)); done < /proc/net/tcp
    echo $n`;

  const { stdout } = await runIn(place, shell(count), { bridges });

  assert.equal(stdout, "8\n");
});

test(
  "the command behind bridges keeps its exit code, its signals and its children",
  { skip: noBoxes },
  async (t) => {
    const place = await createPlace(t);
    const bridges = [{ port: 8080, socket: join(place.shown, "socket") }];

    const ended = await runIn(place, shell("cat /proc/$$/task/$$/children; exit 7"), { bridges });
    const killed = await runIn(place, shell("kill -TERM $$"), { bridges });

    // The only child is the one that prints.
    assert.match(ended.stdout, /^[0-9]+ $/);
    assert.deepEqual([ended.code, killed.code], [7, 128 + 15]);
  },
);

test(
  "words of a command and names of files are never read as a script",
  { skip: noBoxes },
  async (t) => {
    const place = await createPlace(t);
    const words = [
      "--",
      "$(touch evil)",
      "; touch evil",
      "`touch evil`",
      "--bind",
      "/",
      "a\nb",
      "",
    ];
    const bridges = [{ port: 8080, socket: join(place.shown, "socket") }];

    const { stdout } = await runIn(place, ["perl", "-e", 'print join "|", @ARGV', "--", ...words], {
      bridges,
    });
    const { stdout: files } = await runIn(place, ["ls", "-A"]);

    assert.equal(stdout, words.join("|"));
    assert.equal(files, "");
  },
);
