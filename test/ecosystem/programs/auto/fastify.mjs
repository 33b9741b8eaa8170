import Fastify from "fastify";
import { answers } from "./answers.mjs";

const fastify = Fastify();
for (const [path, answer] of Object.entries(answers)) fastify.get(path, async () => answer());
console.log(`listening on ${await fastify.listen({ port: 0, host: "127.0.0.1" })}`);
process.on("SIGTERM", async () => {
  await fastify.close();
  process.exit(5);
});
