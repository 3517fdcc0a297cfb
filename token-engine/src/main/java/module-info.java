/** The token engine of Metermint: tokens, keys, ciphers and the decoder of IEC 62055-41, on the JDK alone. */
@org.jspecify.annotations.NullMarked
module org.metermint.token {
    requires static transitive org.jspecify;

    exports org.metermint.token;
    exports org.metermint.token.cipher;
    exports org.metermint.token.decode;
    exports org.metermint.token.key;
}
