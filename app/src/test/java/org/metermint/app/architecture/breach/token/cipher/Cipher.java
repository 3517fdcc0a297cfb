package org.metermint.app.architecture.breach.token.cipher;

/** What only few may use. */
public final class Cipher {}
