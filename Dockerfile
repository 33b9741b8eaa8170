# docker build --tag rein .                          the executable and nothing else
# docker build --tag example --target example .      a Node.js application with it as ENTRYPOINT

# The full image and not the slim one: the last step of the build is a C compiler's.
FROM node:24-bookworm AS build
WORKDIR /build
# Before the sources: a change in those must not install the dependencies again.
COPY package.json package-lock.json ./
RUN npm ci --ignore-scripts
COPY . .
# The executable is built for the machine that builds the image; the other architectures are not wanted here.
RUN node scripts/build.ts && cp "dist/linux-$(node -p process.arch)/rein" /rein


# Static, without a libc: it needs no file but itself.
FROM scratch AS rein
COPY --from=build /rein /build/LICENSE /
ENTRYPOINT ["/rein"]


FROM node:24-bookworm-slim AS example
COPY --from=rein /rein /usr/local/bin/rein
WORKDIR /app
COPY examples/node-app/ ./
ENV NODE_ENV=production
# rein needs no privilege. As root, every hole in the application would be root's.
USER node
EXPOSE 8080
# In the form of a list: with a plain string, /bin/sh would be PID 1 and would keep SIGTERM to itself.
ENTRYPOINT ["rein", "--"]
CMD ["node", "server.js"]


# `docker build` without --target makes the last stage.
FROM rein
