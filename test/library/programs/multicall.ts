import { init, register } from "rein";

register("example-foo", () => console.log("Hello from entrypoint example-foo"));
register("example-bar", () => console.log("Hello from entrypoint example-bar"));

if (!init()) console.log("Hello main");
