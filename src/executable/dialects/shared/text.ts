/** The version is package.json's; a test compares them. */
export const REIN_VERSION = words("rein 0.1.0");
/**
 * Docker reads its init's version in the form "tini version X - git.COMMIT", and `docker info` shows the one word that
 * is the commit. Ours names the release: it is the same however the source came to be built.
 */
export const TINI_VERSION = words("tini version 0.1.0_rein - git.rein-0-1-0");
/** The dumb-init whose options, words and statuses ours are: its own tests compare. */
export const DUMB_INIT_VERSION = words("dumb-init v1.2.5");
/** In the form of the original's `pause -v`. */
export const PAUSE_VERSION = words("pause.c 0.1.0_rein");

/** bubblewrap's own form: programs read the version of the options that they may give. */
export const BWRAP_VERSION = words("bubblewrap 0.11.1");

export const LICENSE = words(`MIT License, Copyright (c) 2026 The rein authors
Its text is in the file LICENSE: of the source, the package and the image.`);
