import type { Options as ExecaOptions } from "execa";
import { mountArguments } from "../options/mounts.ts";
import type { ReinOptions } from "../options/options.ts";
import type { Refusal } from "../shared/errors.ts";
import type { StatusEvent } from "./events.ts";

/** What the executable says of a step that failed, with the option as it is written in the call. */
export function refusalOf(
  { stage, option, path, errno }: Extract<StatusEvent, { event: "set-up-failed" }>,
  { mounts = [] }: ExecaOptions & ReinOptions,
): Refusal {
  const refusal = { stage, path, errno: errno === undefined ? undefined : -errno };
  // Only what mounts something is named there.
  if (option === undefined) return refusal;
  const places = mounts.flatMap((mount, index) => {
    const words = mountArguments(`mounts[${index}]`, mount, () => -1);
    if (!words.includes(option)) return [];
    const key = Object.entries(mount).find(([, value]) => value === path)?.[0];
    return [{ place: key === undefined ? `mounts[${index}]` : `mounts[${index}].${key}`, isSure: key !== undefined }];
  });
  const found = places.find(({ isSure }) => isSure) ?? (places.length === 1 ? places[0] : undefined);
  return { ...refusal, option: found?.place ?? "mounts" };
}
