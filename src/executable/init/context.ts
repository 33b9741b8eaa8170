import { Payload } from "../payload/payload";
import { Plan } from "../plan/plan";
import { Report } from "../report/report";

/** What every part of the init works with. */
export class InitContext {
  constructor(
    readonly plan: Plan,
    readonly report: Report,
    /** The init's own pid. */
    readonly self: i32,
    readonly payload: Payload,
  ) {}
}
