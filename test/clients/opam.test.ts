// opam runs what builds and installs packages in bubblewrap, by a script that it writes.

import { inspector } from "./support/bubblewraps.ts";
import { client } from "./support/compare.ts";

const compareOpam = client({
  name: "opam",
  version: ["opam", "--version"],
  needs: { "/usr/bin/opam": "apt-get install opam" },
});

/** A repository with one package, which looks around when it is built and when it is installed; and a switch for it. */
const prepare = `
  export OPAMROOT=$HOME/.opam OPAMYES=1 OPAMCOLOR=never OPAMROOTISOK=1
  mkdir -p repository/packages/probe/probe.1
  echo 'opam-version: "2.0"' >repository/repo
  cat >repository/packages/probe/probe.1/opam <<END
opam-version: "2.0"
synopsis: "Looks around"
maintainer: "nobody"
build: [ "sh" "-c" "${inspector} inspect 0 >seen-by-build" ]
install: [ "sh" "-c" "cp seen-by-build %{prefix}%/ && ${inspector} inspect 0 >%{prefix}%/seen-by-install" ]
END
  opam init --bare --no-setup --no-opamrc --disable-completion --kind=local default ./repository >log 2>&1 || cat log
  opam switch create --empty probe >log 2>&1 || cat log`;

for (const seen of ["build", "install"]) {
  compareOpam({
    name: `install, the ${seen}`,
    // A program of many threads.
    crowd: true,
    request: () => ({
      command: ["sh", "-c", `${prepare}\nopam install probe >log 2>&1 || cat log\ncat .opam/probe/seen-by-${seen}`],
      // Its own names have the number of its process, and another that is made up.
      clean: (text) => text.replace(/\b(probe|opam)-\d+-\w+\b/g, "$1-…"),
    }),
  });
}

for (const kind of ["build", "install", "remove"]) {
  compareOpam({
    name: `sandbox.sh ${kind}, with an exit status`,
    crowd: true,
    request: () => ({
      command: [
        ...["sh", "-c"],
        `${prepare}\nexport OPAM_SWITCH_PREFIX=$HOME/.opam/probe OPAM_USER_PATH_RO=/opt\n.opam/opam-init/hooks/sandbox.sh ${kind} ${inspector} inspect 3`,
      ],
    }),
  });
}
