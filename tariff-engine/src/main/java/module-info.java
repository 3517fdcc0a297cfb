/** The tariff engine of Metermint: pricing as a pure function, on the JDK alone. */
@org.jspecify.annotations.NullMarked
module org.metermint.tariff {
    requires static transitive org.jspecify;

    exports org.metermint.tariff;
}
