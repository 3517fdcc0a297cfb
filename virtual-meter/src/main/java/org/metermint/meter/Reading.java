package org.metermint.meter;

/**
 * One thing that a meter shows when a class 1 token asks for it.
 *
 * @param label what it is
 * @param value as on the display
 */
public record Reading(String label, String value) {
    @Override
    public String toString() {
        return label + " " + value;
    }
}
