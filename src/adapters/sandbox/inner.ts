/** The words around a command, outside and inside of its box. Nothing but fixed text is ever read as a script. Pure. */
import type { Box } from "./box.ts";

/**
 * Enters the control groups, whose files come before `--`, and becomes the rest. The kernel looks here first when the
 * machine runs out of memory.
 */
export function outerCommand(
  groupFiles: readonly string[],
  command: readonly string[],
): readonly string[] {
  return ["/bin/sh", "-c", enter, "box", ...groupFiles, "--", ...command];
}

const enter = `while [ "$1" != -- ]; do echo 0 > "$1" || exit 126; shift; done; shift
echo 1000 2> /dev/null > /proc/self/oom_score_adj
exec "$@"`;

/**
 * Limits the command, opens its bridges, and becomes it: signals and the exit code are its own. There is no limit of
 * one process's memory, because Node, Java and others reserve many times of what they use; `countsProcesses` is for
 * machines where no control group does.
 */
export function innerCommand(
  command: readonly string[],
  box: Box,
  countsProcesses: boolean,
): readonly string[] {
  const { processes, fileBytes } = box.limits;
  const limited = [
    "prlimit",
    "--core=0",
    `--fsize=${fileBytes}`,
    ...(countsProcesses ? [`--nproc=${processes}`] : []),
    "--",
  ];
  if (box.bridges.length === 0) return [...limited, ...command];
  return [
    ...limited,
    "/bin/sh",
    "-c",
    openBridges,
    "bridge",
    ...bridgeWords(box),
    "--",
    ...command,
  ];
}

function bridgeWords({ bridges }: Box): readonly string[] {
  return bridges.flatMap(({ port, socket }) => [
    `TCP-LISTEN:${port},bind=127.0.0.1,fork,reuseaddr`,
    `UNIX-CONNECT:${socket}`,
    `0100007F:${port.toString(16).toUpperCase().padStart(4, "0")} 0A`,
  ]);
}

/**
 * Each bridge is a grandchild, so that the command never has a child that it did not start; its output belongs to
 * nobody. The command begins when every port listens, as the kernel's own table says, or not at all.
 */
const openBridges = `listens() {
  while read -r _ address _ state _; do
    [ "$address $state" = "$1" ] && return 0
  done < /proc/net/tcp
  return 1
}
while [ "$1" != -- ]; do
  (socat "$1" "$2" < /dev/null > /dev/null 2>&1 &)
  tries=0
  until listens "$3"; do
    tries=$((tries + 1))
    if [ $tries -gt 1000 ]; then echo "a bridge of the sandbox did not open" >&2; exit 125; fi
    sleep 0.005
  done
  shift 3
done
shift
exec "$@"`;
