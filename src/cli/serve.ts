/** `yardmaster serve`: runs the service until it is told to stop. */
import { Command } from "commander";

import { settingsFile } from "./data-folder.ts";
import { endSignal } from "./signals.ts";

/** The verb with its options. */
export const serveCommand = (): Command =>
  new Command("serve")
    .description("run the service: take webhooks, dispatch workers, publish their work")
    .option("--env-file <path>", "file with settings; real variables go before it", ".env")
    .option("--check", "check the settings and leave")
    .addHelpText("after", examples)
    .exitOverride()
    .action(serve);

const examples = `
Settings come from the environment and from .env; README lists them.

Examples:
  $ yardmaster serve
  $ yardmaster serve --env-file /etc/yardmaster.env
  $ yardmaster serve --check`;

type Options = { readonly envFile: string; readonly check?: boolean };

async function serve({ envFile, check }: Options): Promise<void> {
  const { readSettings } = await import("../settings.ts");
  const settings = readSettings({ ...settingsFile(envFile), ...process.env });
  if (check === true) {
    process.stdout.write("The settings are complete.\n");
    return;
  }
  // Loaded only now: refusals need none of it and come at once.
  const { startService } = await import("../main.ts");
  // Heard from the beginning: a start that is cut short would leave its database server running.
  const told = endSignal();
  const service = await startService(settings);
  const end = await Promise.race([
    told.then(() => null),
    service.broken.then((why) => new Error(why)),
  ]);
  await service.stop();
  if (end !== null) throw end;
}
