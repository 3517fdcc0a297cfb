package org.metermint.app.architecture.breach.helper;

/** A class in a folder that the table does not know. */
public final class Stray {}
