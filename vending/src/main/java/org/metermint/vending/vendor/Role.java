package org.metermint.vending.vendor;

/** In which capacity a client acts. What a role does not name it may not do. */
public enum Role {
    /** Sells, and sees its own vendor's shifts, float and statement. */
    SELLER,
    /** What a seller may; closes and reopens shifts of others of the same vendor, and makes batches. */
    SUPERVISOR,
    /** Sees every vendor; records and confirms what moves a float, sets credit lines and commission, approves prices. */
    FINANCE,
    /** Sees every vendor; registers and suspends vendors, makes clients, terminals and operators; changes registers, and proposes and approves prices. */
    ADMINISTRATOR,
    /** Sees everything, changes nothing. */
    AUDITOR
}
