import { Namespace } from "../../linux/flags";
import { Option } from "../../options/option";
import { propagationNames } from "../../options/words";
import { canStand, IdRange, LARGEST_ID, parseRange } from "../../plan/id-map";
import { JoinedNamespace, parseJoin } from "../../plan/joined-namespace";
import { Plan } from "../../plan/plan";
import { LockFile } from "../../plan/sandbox";
import { OptionReader } from "./option-reader";
import { laterDescriptor, number, offset, word } from "./values";

/** Takes an option about the sandbox's namespaces, or what is between it and its caller. False when it is another. */
export function takeSandboxOption(option: Option, options: OptionReader, plan: Plan): bool {
  return takeNamespace(option, plan) || takeIdentity(option, options, plan) || takeSetting(option, options, plan);
}

function takeNamespace(option: Option, plan: Plan): bool {
  switch (option) {
    case Option.UNSHARE_ALL:
      plan.askedSandbox.namespaces |= Namespace.IPC | Namespace.PID | Namespace.NETWORK | Namespace.UTS;
      plan.askedSandbox.tried |= Namespace.USER | Namespace.CGROUP;
      break;
    case Option.SHARE_NET:
      plan.askedSandbox.namespaces &= ~Namespace.NETWORK;
      break;
    case Option.UNSHARE_USER:
      plan.askedSandbox.namespaces |= Namespace.USER;
      break;
    case Option.UNSHARE_USER_TRY:
      plan.askedSandbox.tried |= Namespace.USER;
      break;
    case Option.UNSHARE_IPC:
      plan.askedSandbox.namespaces |= Namespace.IPC;
      break;
    case Option.UNSHARE_PID:
      plan.askedSandbox.namespaces |= Namespace.PID;
      break;
    case Option.UNSHARE_NET:
      plan.askedSandbox.namespaces |= Namespace.NETWORK;
      break;
    case Option.UNSHARE_UTS:
      plan.askedSandbox.namespaces |= Namespace.UTS;
      break;
    case Option.UNSHARE_CGROUP:
      plan.askedSandbox.namespaces |= Namespace.CGROUP;
      break;
    case Option.UNSHARE_CGROUP_TRY:
      plan.askedSandbox.tried |= Namespace.CGROUP;
      break;
    case Option.UNSHARE_TIME:
      plan.askedSandbox.unsharesTime = true;
      break;
    default:
      return false;
  }
  return true;
}

/** Whose namespaces they are, and who the command is in them. */
function takeIdentity(option: Option, options: OptionReader, plan: Plan): bool {
  switch (option) {
    case Option.USERNS:
      plan.askedSandbox.userNamespace = laterDescriptor(options, plan.askedSandbox.userNamespace);
      break;
    case Option.USERNS2:
      plan.askedSandbox.secondUserNamespace = laterDescriptor(options, plan.askedSandbox.secondUserNamespace);
      break;
    case Option.PIDNS:
      plan.askedSandbox.pidNamespace = laterDescriptor(options, plan.askedSandbox.pidNamespace);
      break;
    case Option.JOIN:
      plan.askedSandbox.joined = joined(options, plan.askedSandbox.joined);
      break;
    case Option.DISABLE_USERNS:
      plan.askedSandbox.disablesUserNamespaces = true;
      break;
    case Option.ASSERT_USERNS_DISABLED:
      plan.askedSandbox.assertsUserNamespacesDisabled = true;
      break;
    case Option.UID:
      if (plan.askedSandbox.uid >= 0) options.givenAgain();
      plan.askedSandbox.uid = number(options, LARGEST_ID);
      break;
    case Option.GID:
      if (plan.askedSandbox.gid >= 0) options.givenAgain();
      plan.askedSandbox.gid = number(options, LARGEST_ID);
      break;
    case Option.UID_MAP:
      plan.askedSandbox.uidMap = range(options, plan.askedSandbox.uidMap);
      break;
    case Option.GID_MAP:
      plan.askedSandbox.gidMap = range(options, plan.askedSandbox.gidMap);
      break;
    default:
      return false;
  }
  return true;
}

function takeSetting(option: Option, options: OptionReader, plan: Plan): bool {
  switch (option) {
    case Option.HOSTNAME:
      if (plan.askedSandbox.hostName != 0) options.givenAgain();
      plan.askedSandbox.hostName = options.address();
      break;
    case Option.DOMAINNAME:
      plan.askedSandbox.domainName = options.address();
      break;
    case Option.MONOTONIC_OFFSET:
      plan.askedSandbox.monotonicOffset = offset(options);
      plan.askedSandbox.unsharesTime = true;
      break;
    case Option.BOOTTIME_OFFSET:
      plan.askedSandbox.boottimeOffset = offset(options);
      plan.askedSandbox.unsharesTime = true;
      break;
    case Option.EXEC_LABEL:
      if (plan.askedSandbox.execLabel != 0) options.givenAgain();
      plan.askedSandbox.execLabel = options.address();
      break;
    case Option.FILE_LABEL:
      if (plan.askedSandbox.fileLabel != 0) options.givenAgain();
      plan.askedSandbox.fileLabel = options.address();
      break;
    case Option.LOCK_FILE:
      plan.askedSandbox.locks = new LockFile(plan.askedSandbox.locks, options.address());
      break;
    case Option.SYNC_FD:
      plan.askedSandbox.syncFile = laterDescriptor(options, plan.askedSandbox.syncFile);
      break;
    case Option.BLOCK_FD:
      plan.askedSandbox.blockFile = laterDescriptor(options, plan.askedSandbox.blockFile);
      break;
    case Option.USERNS_BLOCK_FD:
      plan.askedSandbox.userBlockFile = laterDescriptor(options, plan.askedSandbox.userBlockFile);
      break;
    case Option.INFO_FD:
      plan.askedSandbox.infoFile = laterDescriptor(options, plan.askedSandbox.infoFile);
      break;
    case Option.PROPAGATION:
      plan.askedSandbox.asksPropagation = true;
      plan.askedSandbox.isPrivate = word(options, propagationNames, words("a propagation; give private or slave")) == 0;
      break;
    case Option.SAME_DIRECTORY:
      plan.askedSandbox.needsDirectory = true;
      break;
    case Option.NEW_SESSION:
      plan.askedSandbox.newSession = true;
      break;
    case Option.AS_PID_1:
      plan.askedSandbox.asPid1 = true;
      break;
    default:
      return false;
  }
  return true;
}

function range(options: OptionReader, previous: IdRange | null): IdRange {
  const text = options.value();
  const range = parseRange(text, previous);
  if (range == null)
    options.refuse(
      options.isNot(text).text("a range of ids; give INSIDE:OUTSIDE:COUNT, as in 0:100000:65536, ids up to 4294967294"),
    );
  if (!canStand(range!))
    options.refuse(options.problem().outside(text).text(" has an id that a range before it has, or is the 341st"));
  return range!;
}

function joined(options: OptionReader, previous: JoinedNamespace | null): JoinedNamespace {
  const text = options.value();
  const joined = parseJoin(text, previous);
  if (joined == null)
    options.refuse(
      options
        .isNot(text)
        .text(
          "a namespace; give KIND:PATH, as in net:/run/netns/blue; KIND is user, mount (or mnt), pid, net (or network), ipc, uts, cgroup or time",
        ),
    );
  return joined!;
}
