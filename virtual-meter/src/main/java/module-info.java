/** The virtual meter of Metermint: a payment meter in software, on the JDK and the token engine alone. */
@org.jspecify.annotations.NullMarked
module org.metermint.meter {
    requires static transitive org.jspecify;
    requires transitive org.metermint.token;

    exports org.metermint.meter;
}
