package org.metermint.app.architecture.breach.token.key;

/** What only few may use. */
public final class Key {}
