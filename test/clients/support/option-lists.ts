// The options with which public tools start bubblewrap, one list for each tool or kind of tool. They are written anew in
// this form: what a tool reads from its settings or its caller's folders is something here that every machine has.

import { refusePtrace } from "./filter.ts";

/** A list; its words may have $HOME, the person's folder, and $UID. */
export interface OptionList {
  readonly tool: string;
  readonly options: string;
  /** What is read from descriptors: files with these contents. */
  readonly inputs?: Readonly<Record<number, string | Uint8Array>>;
  /** Descriptors that are files to write to, whose contents are compared. */
  readonly outputs?: readonly number[];
  /** Files whose contents are compared inside. */
  readonly reads?: readonly string[];
  /** bubblewrap fails with them. */
  readonly fails?: true;
  /** bubblewrap's version that has these options first. */
  readonly since?: readonly [number, number];
}

const passwd = "somebody:x:1000:1000:Somebody:/home:/bin/sh\n";
const group = "somebody:x:1000:\n";
const usr = "--ro-bind /usr /usr --symlink usr/bin /bin --symlink usr/sbin /sbin --symlink usr/lib /lib";
const usr64 = `${usr} --symlink usr/lib64 /lib64`;
const wholeUsr =
  "--ro-bind /usr /usr --ro-bind /bin /bin --ro-bind /sbin /sbin --ro-bind /lib /lib --ro-bind-try /lib64 /lib64";

/** Words of options that are read from a descriptor, each with a NUL after it. */
const wordsWithNul = (options: string): string => options.split(/\s+/).join("\0").concat("\0");

export const optionLists: readonly OptionList[] = [
  {
    tool: "bubblewrap's demonstration, a shell",
    options: `--ro-bind /usr /usr --dir /tmp --dir /var --symlink ../tmp var/tmp --proc /proc --dev /dev
      --ro-bind /etc/resolv.conf /etc/resolv.conf --symlink usr/lib /lib --symlink usr/lib64 /lib64
      --symlink usr/bin /bin --symlink usr/sbin /sbin --chdir / --unshare-all --share-net --die-with-parent
      --dir /run/user/$UID --setenv XDG_RUNTIME_DIR /run/user/$UID --setenv PS1 demo
      --file 11 /etc/passwd --file 12 /etc/group`,
    inputs: { 11: passwd, 12: group },
    reads: ["/etc/passwd", "/etc/group"],
  },
  {
    tool: "bubblewrap's demonstration, Flatpak by hand",
    options: `--ro-bind /usr /usr --lock-file /usr/bin/link --symlink usr/lib64 /lib64 --symlink usr/lib /lib --symlink usr/bin /bin
      --dir /tmp --symlink /tmp /var/tmp --symlink /run /var/run --tmpfs /home --proc /proc --dev /dev --dir /run/user/$UID
      --ro-bind-data 11 /run/user/$UID/info --bind $HOME/work /var/cache --file 12 /app-info --chdir /
      --unshare-pid --unshare-net --unshare-ipc --seccomp 13`,
    inputs: { 11: "[Application]\n", 12: "info\n", 13: refusePtrace() },
    reads: ["/app-info"],
  },
  {
    tool: "WebKitGTK, a web process",
    options: "--args 10",
    inputs: {
      10: wordsWithNul(
        `--die-with-parent --unshare-pid --unshare-uts --unshare-net ${usr64}
        --ro-bind /etc /etc --proc /proc --dev /dev --tmpfs /tmp --dir /run --ro-bind /sys/block /sys/block
        --ro-bind /sys/bus /sys/bus --ro-bind /sys/class /sys/class --ro-bind /sys/dev /sys/dev
        --ro-bind /sys/devices /sys/devices --ro-bind-try /usr/local/share /usr/local/share
        --ro-bind-try $HOME/.config/gtk-3.0 $HOME/.config/gtk-3.0 --bind-try $HOME/work $HOME/work
        --bind-data 12 /run/info --seccomp 11`.trim(),
      ),
      11: refusePtrace(),
      12: "[Application]\nname=browser\n",
    },
    reads: ["/run/info"],
  },
  {
    tool: "WebKitGTK, its D-Bus proxy",
    options: `--args 10 --unshare-all --die-with-parent ${usr64} --ro-bind /etc /etc --dev /dev --bind $HOME/work $HOME/work`,
    inputs: { 10: "" },
  },
  {
    tool: "glycin",
    options: `--unshare-all --clearenv --die-with-parent --chdir / --ro-bind /usr /usr --dev /dev
      --ro-bind-try /etc/ld.so.cache /etc/ld.so.cache --tmpfs /tmp-home --setenv HOME /tmp-home --tmpfs /tmp-run
      --setenv XDG_RUNTIME_DIR /tmp-run --ro-bind-try /etc/fonts /etc/fonts
      --ro-bind-try /var/cache/fontconfig /var/cache/fontconfig --symlink /usr/lib /lib --symlink /usr/lib64 /lib64
      --seccomp 9`,
    inputs: { 9: refusePtrace() },
  },
  {
    tool: "mat2",
    options: `${wholeUsr} --ro-bind-try /etc/alternatives /etc/alternatives --ro-bind $HOME $HOME
      --ro-bind /etc/ld.so.cache /etc/ld.so.cache --dev /dev --proc /proc --chdir $HOME --unshare-user-try --unshare-ipc
      --unshare-pid --unshare-net --unshare-uts --unshare-cgroup-try --new-session --cap-drop all
      --bind $HOME/work $HOME/output --ro-bind $HOME/file $HOME/file`,
  },
  {
    tool: "gnome-desktop's thumbnailers",
    options: `--ro-bind /usr /usr --ro-bind /etc/ld.so.cache /etc/ld.so.cache --symlink /usr/bin /bin
      --symlink /usr/lib64 /lib64 --symlink /usr/lib /lib --symlink /usr/sbin /sbin --proc /proc --dev /dev --chdir /
      --setenv GIO_USE_VFS local --unshare-all --die-with-parent --setenv G_MESSAGES_PREFIXED none
      --bind $HOME/work /tmp --ro-bind $HOME/file /tmp/input --seccomp 9`,
    inputs: { 9: refusePtrace() },
  },
  {
    tool: "nixpkgs' buildFHSEnv",
    options: `--dev-bind /dev /dev --proc /proc --chdir $HOME --die-with-parent --tmpfs /etc
      --tmpfs /nix/etc --symlink /etc/ld.so.conf /nix/etc/ld.so.conf --ro-bind /etc/passwd /nix/etc/rpc --remount-ro /nix/etc
      --symlink /nix/init /init --ro-bind /usr /usr --ro-bind /etc /.host-etc --symlink usr/bin /bin --symlink usr/lib /lib
      --symlink usr/lib64 /lib64 --symlink /.host-etc/passwd /etc/passwd --symlink /.host-etc/group /etc/group
      --bind /home /home --bind /run /run --bind /var /var --bind /tmp /tmp --tmpfs /tmp/.X11-unix
      --ro-bind-try /tmp/.X11-unix/X0 /tmp/.X11-unix/X0`,
    reads: ["/etc/passwd"],
  },
  {
    tool: "nixpkgs' buildFHSEnv with namespaces, Steam",
    options: `--dev-bind /dev /dev --proc /proc --chdir $HOME --unshare-user --unshare-ipc --unshare-pid --unshare-uts
      --unshare-cgroup --die-with-parent --ro-bind /usr /usr --tmpfs /tmp --tmpfs /etc --symlink usr/bin /bin
      --symlink usr/lib /lib --symlink usr/lib64 /lib64 --bind $HOME $HOME --ro-bind /sys /sys`,
  },
  {
    tool: "pressure-vessel",
    options: "--args 20",
    inputs: {
      20: wordsWithNul(
        `--die-with-parent --tmpfs / --ro-bind /usr /usr --symlink usr/bin /bin --symlink usr/lib /lib
        --symlink usr/lib64 /lib64 --symlink usr/sbin /sbin --dir /etc --ro-bind /etc/passwd /etc/passwd
        --ro-bind-data 21 /etc/machine-id --bind /dev /dev --proc /proc --ro-bind /sys /sys --dir /run
        --symlink ../run /var/run --dir /var/tmp --bind $HOME $HOME --tmpfs /tmp --dir /run/pressure-vessel
        --tmpfs /run/host --perms 0644 --file 22 /run/host/container-manager --ro-bind / /run/host/root --remount-ro /run/host
        --setenv PRESSURE_VESSEL_RUNTIME 1 --unsetenv LANG`,
      ),
      21: "0123456789abcdef\n",
      22: "pressure-vessel\n",
    },
    reads: ["/etc/machine-id", "/run/host/container-manager"],
  },
  {
    tool: "opam's sandbox, a build",
    options: `--unshare-net --new-session --proc /proc --dev /dev --bind /tmp /tmp --setenv TMPDIR /tmp --setenv TMP /tmp
      --setenv TEMPDIR /tmp --setenv TEMP /tmp --tmpfs /run --ro-bind /usr /usr --ro-bind /bin /bin --ro-bind /lib /lib
      --ro-bind /lib64 /lib64 --ro-bind /etc /etc --ro-bind $HOME $HOME --bind $HOME/work $HOME/work --unshare-pid
      --die-with-parent`,
  },
  {
    tool: "BuildStream",
    options: `--unshare-pid --die-with-parent --bind $HOME/root / --dev /dev --proc /proc --tmpfs /tmp --dir /dev/shm
      --unshare-net --unshare-uts --hostname buildsandbox --unshare-ipc --unshare-user --uid 0 --gid 0
      --chdir /buildstream --json-status-fd 9`,
    outputs: [9],
  },
  {
    tool: "buildbox-run-bubblewrap",
    options: `--bind $HOME/root / --unshare-user --unshare-pid --unshare-ipc --unshare-net --die-with-parent --proc /proc
      --dev-bind /dev/null /dev/null --dev-bind /dev/zero /dev/zero --dev-bind /dev/full /dev/full
      --dev-bind /dev/random /dev/random --dev-bind /dev/urandom /dev/urandom --tmpfs /tmp --clearenv
      --setenv PATH /usr/bin:/bin --chdir /buildstream --uid 1000 --gid 1000`,
  },
  {
    tool: "Bubblejail",
    options: `--unshare-all --die-with-parent --as-pid-1 --new-session --proc /proc --dev /dev --clearenv
      --setenv USER user --setenv USERNAME user --setenv HOME /home/user --setenv XDG_RUNTIME_DIR /run/user/1000
      --ro-bind /usr /usr --symlink usr/bin /bin --symlink usr/lib /lib --symlink usr/lib64 /lib64 --symlink usr/sbin /sbin
      --ro-bind /etc /etc --dir /run/user/1000 --bind $HOME/work /home/user --file 11 /etc-passwd --perms 0700
      --dir /run/user/1000/helper --bind-try /nowhere /nowhere --chdir /home/user --hostname bubble --info-fd 12`,
    inputs: { 11: passwd },
    outputs: [12],
  },
  {
    tool: "Portable",
    options: `--new-session --unshare-cgroup-try --unshare-ipc --unshare-uts --unshare-pid --unshare-user --tmpfs /tmp --proc /proc
      --dev-bind-try /dev/zero /dev/zero --dev-bind-try /dev/null /dev/null --dev /dev --mqueue /dev/mqueue --ro-bind /usr /usr
      --symlink usr/bin /bin --symlink usr/lib /lib --symlink usr/lib64 /lib64 --tmpfs /sys --bind-try /sys/class /sys/class
      --ro-bind /etc /etc --perms 0000 --tmpfs /var/empty --perms 0600 --file 11 /run/settings
      --dir /run/user/$UID --bind $HOME/work $HOME --tmpfs $HOME/options
      --setenv PATH /usr/bin --chdir $HOME --hostname portable`,
    inputs: { 11: "settings\n" },
  },
  {
    tool: "a time zone's file, which is a link",
    options: "--ro-bind / / --ro-bind-try $HOME/file /etc/localtime --dev /dev --proc /proc",
    fails: true,
  },
  {
    tool: "bubblewrap-wrap",
    options: `--ro-bind / / --dev /dev --proc /proc --tmpfs /tmp --tmpfs /run --bind $HOME/work $HOME --unshare-pid
      --unshare-uts --unshare-ipc --unshare-cgroup-try --hostname bww --new-session --die-with-parent
      --unsetenv LOGNAME --chdir $HOME`,
  },
  {
    tool: "an AppImage's sandbox (sas)",
    options: `--dir /app --perms 0700 --dir /run/user/$UID --bind $HOME/work /home/somebody --dev /dev --proc /proc
      --unshare-user-try --unshare-pid --unshare-uts --die-with-parent --unshare-cgroup-try --new-session
      --unshare-ipc --unshare-net --ro-bind-try /usr /usr --ro-bind-try /bin /bin --ro-bind-try /lib /lib
      --ro-bind-try /lib64 /lib64 --ro-bind-try /etc /etc --ro-bind-try /sys /sys --ro-bind-try /opt /opt
      --dev-bind-try /dev/dri /dev/dri --bind-try /tmp/.X11-unix /tmp/.X11-unix --setenv TMPDIR /tmp
      --setenv HOME /home/somebody --setenv APPIMAGE_EXTRACT_AND_RUN 1`,
  },
  {
    tool: "RunImage and Conty",
    options: `--bind $HOME/root / --dev-bind /dev /dev --ro-bind-try /sys /sys --bind-try /tmp /tmp --proc /proc
      --bind-try /run /run --ro-bind-try /etc/resolv.conf /etc/resolv.conf --ro-bind-try /etc/hosts /etc/hosts
      --ro-bind-try /etc/machine-id /etc/machine-id --bind $HOME $HOME --setenv RUNROOTFS / --die-with-parent
      --unshare-uts --hostname runimage --unshare-user-try`,
  },
  {
    tool: "JuNest",
    options: `--bind $HOME/root / --bind $HOME $HOME --bind /tmp /tmp --bind /sys /sys --bind /proc /proc
      --dev-bind-try /dev /dev --unshare-user-try --setenv JUNEST_ENV 1`,
  },
  {
    tool: "JuNest, its fake root",
    options: `--bind $HOME/root / --bind $HOME $HOME --bind /tmp /tmp --bind /sys /sys --bind /proc /proc
      --dev-bind-try /dev /dev --unshare-user --uid 0 --gid 0`,
  },
  {
    tool: "Anthropic's sandbox-runtime, Claude Code",
    options: `--new-session --die-with-parent --unshare-net --bind $HOME/work/a.sock $HOME/work/a.sock
      --setenv HTTP_PROXY http://localhost:3128 --setenv SANDBOX_RUNTIME 1 --ro-bind / / --bind $HOME $HOME
      --ro-bind /dev/null $HOME/.bashrc --ro-bind $HOME/.git $HOME/.git --tmpfs $HOME/secret --dev /dev
      --unshare-pid --proc /proc`,
  },
  {
    tool: "Claude Code and VS Code in a container without privileges",
    options: `--new-session --die-with-parent --unshare-net --ro-bind / / --bind /tmp /tmp --bind $HOME $HOME --dev /dev
      --unshare-pid --ro-bind /proc /proc`,
  },
  {
    tool: "codex",
    options: `--new-session --die-with-parent --ro-bind / / --dev /dev --bind /tmp /tmp --bind $HOME $HOME
      --ro-bind $HOME/.git $HOME/.git --perms 555 --tmpfs $HOME/secret --remount-ro $HOME/secret
      --ro-bind-data 9 $HOME/.codex --perms 000 --ro-bind-data 10 $HOME/file --unshare-user --unshare-pid --unshare-net
      --proc /proc --cap-drop ALL`,
    inputs: { 9: "", 10: "" },
  },
  {
    tool: "Gemini CLI",
    options: `--unshare-all --new-session --die-with-parent --ro-bind / / --dev /dev --proc /proc --tmpfs /tmp
      --bind $HOME $HOME --ro-bind-try $HOME/.git $HOME/.git --ro-bind-try $HOME/.env $HOME/.env --seccomp 9`,
    inputs: { 9: refusePtrace() },
  },
  {
    tool: "a language model's tools, server with a home of its own",
    options: `--ro-bind / / --dev /dev --tmpfs /tmp --tmpfs $HOME --tmpfs /run --tmpfs /run/user/$UID
      --bind-try $HOME/work $HOME/work --unshare-pid --unshare-ipc --unshare-uts --unshare-net --clearenv
      --setenv HOME $HOME/work --setenv PATH /usr/bin:/bin --chdir $HOME/work --die-with-parent`,
  },
  {
    tool: "a language model's tools, a workspace",
    options: `--ro-bind /usr /usr --ro-bind-try /lib /lib --ro-bind-try /lib64 /lib64 --ro-bind /bin /bin
      --ro-bind-try /sbin /sbin --ro-bind-try /etc/ssl /etc/ssl --ro-bind-try /etc/resolv.conf /etc/resolv.conf
      --proc /proc --dev /dev --tmpfs /tmp --tmpfs /home --bind $HOME/work /workspace --chdir /workspace
      --unshare-net --unshare-pid --unshare-uts --new-session --die-with-parent`,
  },
  {
    tool: "a judge of submitted programs",
    options: `${wholeUsr} --proc /proc --dev /dev --unshare-all --die-with-parent --new-session --ro-bind $HOME /app
      --seccomp 3`,
    inputs: { 3: refusePtrace() },
  },
  {
    tool: "a converter of documents",
    options: `--ro-bind / / --tmpfs /home --tmpfs /run --tmpfs /tmp --bind $HOME/work $HOME/work --proc /proc --dev /dev
      --chdir / --unshare-pid --unshare-net`,
  },
  {
    tool: "a server that is fuzzed",
    options: `--clearenv --level-prefix --unshare-all --share-net --new-session --ro-bind / / --dev /dev --mqueue /dev/mqueue
      --perms 1777 --tmpfs /dev/shm --proc /proc --tmpfs /run --ro-bind /sys /sys`,
    since: [0, 11],
  },
  {
    tool: "copyparty",
    options: `--unshare-all --ro-bind /usr /usr --ro-bind /bin /bin --ro-bind /lib /lib --ro-bind /lib64 /lib64
      --ro-bind /etc/resolv.conf /etc/resolv.conf --dev-bind /dev /dev --dir /tmp --dir /var --bind $HOME $HOME --share-net
      --die-with-parent --file 11 /etc/passwd --file 12 /etc/group`,
    inputs: { 11: passwd, 12: group },
  },
  {
    tool: "a browser in a jail",
    options: `--ro-bind /usr/bin /usr/bin --ro-bind /usr/share /usr/share --ro-bind /usr/lib /usr/lib
      --ro-bind /usr/lib64 /usr/lib64 --symlink /usr/lib /lib --symlink /usr/lib64 /lib64 --symlink /usr/bin /bin
      --symlink /usr/bin /sbin --ro-bind /etc /etc --tmpfs /usr/lib/systemd --proc /proc --dev /dev --tmpfs /tmp --tmpfs /run
      --tmpfs /home --bind $HOME/work /home/jail --setenv HOME /home/jail --chdir /home/jail
      --unsetenv DBUS_SESSION_BUS_ADDRESS --setenv SHELL /bin/false --setenv USER nobody --hostname jail --unshare-user
      --unshare-pid --unshare-uts --unshare-ipc --unshare-cgroup --new-session`,
  },
  {
    tool: "a browser of few rights",
    options: `--unshare-all --share-net --new-session --die-with-parent --cap-drop ALL --clearenv --setenv HOME $HOME
      --hostname localhost --dev /dev/ --ro-bind /sys/dev/char /sys/dev/char --ro-bind-try /etc/fonts/ /etc/fonts/
      --ro-bind /etc/group /etc/group --ro-bind /etc/passwd /etc/passwd --bind $HOME/work/ $HOME/work/
      --bind-try $HOME/Downloads/ $HOME/Downloads/ --proc /proc/ --tmpfs /tmp --ro-bind /usr/bin /usr/bin`,
  },
  {
    tool: "a shell of packages, PID 1",
    options: `--unshare-all --as-pid-1 --die-with-parent --tmpfs /tmp --proc /proc --dev /dev --dir /home/somebody
      --ro-bind /usr /usr --share-net --chdir /home/somebody`,
  },
  {
    tool: "a coordinator of builds, PID 1",
    options: `--unshare-user --unshare-pid --die-with-parent --as-pid-1 --bind / / --proc /proc --dev /dev --tmpfs /run
      --ro-bind /proc /run/host-proc`,
  },
  {
    tool: "a pool of workers, PID 1",
    options: `--die-with-parent --unshare-pid --as-pid-1 --info-fd 9 --bind / / --dev-bind /dev /dev --proc /proc
      --chdir $HOME`,
    outputs: [9],
  },
  {
    tool: "a supervisor without user namespaces inside",
    options: `--unshare-all --unshare-user --disable-userns --assert-userns-disabled --as-pid-1 --die-with-parent --new-session
      --clearenv --proc /proc --remount-ro /proc --dev /dev --tmpfs /tmp --tmpfs /run --dir /work --dir /jig --chdir /work
      --ro-bind /usr /usr --ro-bind $HOME/file /jig/module --setenv MODULE /jig/module`,
  },
  {
    tool: "an agent's native plug-ins",
    options: `--die-with-parent --new-session --unshare-user --disable-userns --assert-userns-disabled --unshare-pid
      --unshare-ipc --unshare-net --unshare-uts --unshare-cgroup-try --cap-drop ALL --hostname agent-sandbox --clearenv
      --dir /dev --dir /etc --dir /home --dir /lib --dir /opt --dir /proc --dir /run --dir /tmp --dir /var --dir /home/sandbox
      --dir /var/tmp --ro-bind /usr /usr --dev /dev --proc /proc --size 67108864 --tmpfs /tmp --remount-ro /
      --chdir /home/sandbox`,
  },
  {
    tool: "a runner of tools as root of its own",
    options: `--unshare-user --unshare-pid --unshare-ipc --unshare-uts --disable-userns --assert-userns-disabled --new-session
      --die-with-parent --clearenv --uid 0 --gid 0 --cap-drop ALL --json-status-fd 9 --unshare-net --ro-bind /usr /usr
      --ro-bind-try /lib /lib --ro-bind-try /lib64 /lib64 --dev /dev --proc /proc --tmpfs /tmp --dir /run --dir /run/work
      --bind $HOME/work /run/work --chdir /run/work`,
    outputs: [9],
  },
  {
    tool: "a crawler's browser",
    options: `--json-status-fd 3 --die-with-parent --unshare-user --unshare-net --unshare-pid --unshare-ipc --proc /proc
      --dev /dev --ro-bind / / --tmpfs /tmp --chmod 1777 /tmp --bind $HOME $HOME --bind $HOME/file $HOME/work/null
      --setenv HOME $HOME`,
    outputs: [3],
  },
  {
    tool: "a builder of packages in steps (apk-foundry)",
    options: `--die-with-parent --unshare-all --unshare-user --info-fd 9 --block-fd 10 --uid 0 --gid 0 --share-net
      --bind $HOME/root / --dev-bind /dev /dev --proc /proc --tmpfs /tmp --tmpfs /dev/shm --ro-bind /etc/hosts /etc/hosts
      --cap-add CAP_CHOWN --cap-add CAP_FOWNER --cap-add CAP_DAC_OVERRIDE --cap-add CAP_SETUID --cap-add CAP_SETGID
      --chdir /buildstream`,
    inputs: { 10: "x" },
    outputs: [9],
  },
  {
    tool: "rpm-ostree's scripts",
    options: `--dev /dev --proc /proc --dir /run --dir /tmp --chdir / --die-with-parent --unshare-pid --unshare-uts
      --unshare-ipc --unshare-cgroup-try --unshare-net --ro-bind /sys/block /sys/block --ro-bind /sys/bus /sys/bus
      --ro-bind /sys/class /sys/class --ro-bind /sys/dev /sys/dev --ro-bind /sys/devices /sys/devices
      --bind $HOME/root/usr /usr --bind $HOME/root/etc /etc --symlink usr/lib /lib --symlink usr/bin /bin
      --tmpfs /var --dir /var/tmp --symlink /run /var/run --setenv SYSTEMD_OFFLINE 1 --cap-drop ALL`,
  },
  {
    tool: "mkosi's tools",
    options: `--dev-bind / / --proc /proc --chdir $HOME --unshare-pid --unshare-ipc --unshare-cgroup-try --die-with-parent --setenv SYSTEMD_OFFLINE 1
      --bind $HOME/work /opt --ro-bind /usr /usr --bind-try /nowhere /nowhere`,
  },
  {
    tool: "a browser for anonymity",
    options: "--args 8",
    inputs: {
      8: wordsWithNul(
        `--unshare-user --unshare-ipc --unshare-pid --unshare-net --unshare-uts --unshare-cgroup-try --die-with-parent
        --new-session --hostname amnesia --dev /dev --proc /proc --tmpfs /tmp --dir /run/user/1000 --setenv HOME /home/amnesia
        --dir /home/amnesia --ro-bind /usr /usr --remount-ro / --seccomp 9 --chdir /home/amnesia`,
      ),
      9: refusePtrace(),
    },
  },
  {
    tool: "a loader of libraries by descriptor",
    options: `--unshare-all --unshare-user --unshare-net --disable-userns --die-with-parent --new-session --clearenv
      --ro-bind /usr /usr --symlink usr/lib /lib --symlink usr/lib64 /lib64 --proc /proc --dev /dev --tmpfs /tmp --dir /app
      --perms 0500 --ro-bind-data 9 /app/worker --perms 0400 --bind-data 10 /tmp/input --setenv LANG C.UTF-8`,
    inputs: { 9: "program\n", 10: "input\n" },
    reads: ["/app/worker", "/tmp/input"],
  },
  {
    tool: "a system under an overlay",
    options: `${usr64} --overlay-src $HOME/root --tmp-overlay /first --overlay-src $HOME/root --overlay-src $HOME/output
      --ro-overlay /second --overlay-src $HOME/root --overlay $HOME/work $HOME/upper-work /data --proc /proc --dev /dev
      --unshare-all --die-with-parent`,
    since: [0, 11],
  },
  {
    tool: "a program under another name",
    options: `--argv0 another ${usr64} --proc /proc --dev /dev --unshare-pid`,
    since: [0, 9],
  },
  {
    tool: "files by descriptor",
    options: `${usr64} --proc /proc --dev /dev --ro-bind-fd 9 /run/file --bind-fd 10 /run/folder --unshare-all`,
    inputs: { 9: "by descriptor\n" },
    reads: ["/run/file"],
    since: [0, 10],
  },
];
