package org.metermint.vending.refusal;

/**
 * Why vending refuses, in order of precedence: of several reasons that hold, the first of this list is given.
 *
 * <p>A refusal of a sale binds its request id, so that a repeat gets the identical answer, unless the code is
 * {@linkplain #retryable() retryable}: then nothing was decided, and the same request may be sent again unchanged.
 */
public enum RefusalCode {
    /** The client's id and secret do not belong together, or the client was disabled. */
    CREDENTIAL_INVALID(
            Kind.DENIED,
            "The credential is not valid",
            "Check client id and secret; ask the utility for a new secret if it is lost."),
    /** The client's role does not allow this act, or not for this vendor. */
    ROLE_NOT_ALLOWED(
            Kind.FORBIDDEN,
            "The client's role does not allow this",
            "Let a client do it that has the role which the detail names."),
    /** The act needs a second person: another client than the one who recorded it, of another vendor. */
    SECOND_PERSON_NEEDED(
            Kind.FORBIDDEN,
            "A second person is needed",
            "Let another client of that role decide; about a vendor, one that does not belong to it."),
    /** A field is missing, too long, of the wrong form or out of its range. */
    FIELD_INVALID(Kind.INVALID, "A field is not valid", "Correct the field that the detail names."),
    /** The request id is empty, too long or holds characters that cannot be printed. */
    REQUEST_ID_INVALID(
            Kind.INVALID,
            "The request id is not valid",
            "Send 1 to 64 printable ASCII characters without spaces, new for every sale."),
    /** The request id already names a request with another body. */
    REQUEST_ID_REUSED(
            Kind.CONFLICT,
            "The request id belongs to another request",
            "Use a new request id for a new sale; repeat a request unchanged."),
    /** Somebody asked what became of this request id before the request came, and was told that it never will be sold to. */
    REQUEST_VOIDED(
            Kind.REFUSED,
            "The request was given up",
            "Sell under a new request id; this one was asked about before it arrived and is closed."),
    /** The record that the request names does not exist in this utility. */
    NOT_FOUND(Kind.MISSING, "Nothing has that id", "Check the id; ids of another utility are never found."),
    /** A record of that number exists already and is another one. */
    ALREADY_EXISTS(Kind.CONFLICT, "That number is taken", "Choose another number, or change the existing record."),
    /** What is to be decided was decided before. */
    ALREADY_DECIDED(
            Kind.CONFLICT,
            "That was decided before",
            "Look at what was decided; correct it by a new record of the opposite kind."),
    /** Accounts use the tariff: its versions are proposed by one client and approved by another. */
    TARIFF_IN_USE(
            Kind.CONFLICT,
            "Accounts use the tariff",
            "Propose the version as a draft, and let a second person approve it."),
    /** The till has an open shift. */
    SHIFT_OPEN(Kind.CONFLICT, "A shift is open", "Close the open shift first."),
    /** The shift has not been counted. */
    SHIFT_NOT_COUNTED(Kind.CONFLICT, "The shift is not counted", "Count the cash of the shift first."),
    /** The shift or batch stands in a batch already. */
    ALREADY_GATHERED(
            Kind.CONFLICT,
            "It stands in another batch",
            "Leave it out; a supervisor can continue a closed batch by a new one."),
    /** The vendor may not sell for the time being. */
    VENDOR_SUSPENDED(Kind.REFUSED, "The vendor is suspended", "Ask the utility why, and let it lift the suspension."),
    /** The operator or terminal that the request names is not registered with the vendor, or is disabled. */
    OPERATOR_NOT_ALLOWED(
            Kind.REFUSED,
            "The operator or terminal may not sell",
            "Register or enable the operator or terminal that the detail names."),
    /** The meter number has the wrong length or a check digit that does not fit. */
    METER_NUMBER_INVALID(
            Kind.INVALID,
            "The meter number is not valid",
            "Read the number on the meter again; the detail says which check digit would fit."),
    /** The tender is not in the utility's currency. */
    CURRENCY_MISMATCH(
            Kind.INVALID,
            "The currency is not the utility's",
            "Send the tender in the currency that the detail names."),
    /** The tender is zero or negative, or finer than the currency's minor unit. */
    TENDER_INVALID(
            Kind.INVALID, "The tender is not an amount of money", "Send an amount above zero in whole minor units."),
    /** The units asked for are zero, negative or finer than a token's step. */
    UNITS_INVALID(Kind.INVALID, "The units are not an amount of credit", "Send units above zero in whole tenths."),
    /** No such meter is registered with this utility. */
    METER_UNKNOWN(Kind.MISSING, "The meter is not registered", "Check the number; register or import the meter first."),
    /** The meter is blocked for vending. */
    METER_BLOCKED(Kind.REFUSED, "The meter is blocked", "Ask the utility why, and let it lift the block."),
    /** The meter belongs to no account, so that nothing says who buys and at which tariff. */
    ACCOUNT_MISSING(Kind.REFUSED, "The meter has no account", "Register an account for the meter."),
    /** The account has a debt that lets nothing be sold until it is paid. */
    DEBT_UNPAID(
            Kind.REFUSED,
            "A debt must be paid first",
            "Pay the debts that the detail names at a till of the utility, or let finance write them off; then sell anew."),
    /** The account is on no list that gives it free units in this month, or uses more than the list allows. */
    NOT_ENTITLED(
            Kind.REFUSED,
            "The account has no free units",
            "Let the utility put the account on a list of free units, if it belongs on one."),
    /** The account has had this month's free units. */
    FREE_UNITS_TAKEN(
            Kind.REFUSED,
            "The free units of this month are taken",
            "Print their receipt again if the token is lost; the next month has its own."),
    /** The tender is less than the utility's or the tariff's least. */
    TENDER_TOO_SMALL(Kind.REFUSED, "The tender is too small", "Offer at least the amount that the detail names."),
    /** The tender is more than the utility's or the tariff's greatest. */
    TENDER_TOO_LARGE(
            Kind.REFUSED,
            "The tender is too large",
            "Offer at most the amount that the detail names, or buy in parts."),
    /** A payment towards debts is more than is owed. */
    PAYMENT_TOO_LARGE(
            Kind.REFUSED, "More than is owed", "Pay at most the amount that the detail names; no change is given."),
    /** The account's tariff has no version that is in force. */
    TARIFF_NOT_IN_FORCE(Kind.REFUSED, "No tariff is in force", "Add a version of the tariff that is in force now."),
    /** The account's tariff is by units and the meter takes money as credit, or the other way round. */
    TARIFF_UNFIT(
            Kind.REFUSED,
            "The tariff does not fit the meter",
            "Give the account a tariff by what its meter takes as credit: units, or the utility's currency."),
    /** The tender pays for less energy than the least, or for nothing at all. */
    UNITS_TOO_FEW(Kind.REFUSED, "The tender buys too little", "Offer more."),
    /** The purchase is more energy than one token or the tariff allows. */
    UNITS_TOO_MANY(Kind.REFUSED, "The purchase is too large for one token", "Buy in parts."),
    /** The security module does not hold the vending key that the sale needs. */
    VENDING_KEY_MISSING(
            Kind.REFUSED,
            "The vending key is missing",
            "Load the vending key of the supply group and revision that the detail names."),
    /** The vending key may not issue credit now: not yet active, expired, past its base date, or of a default type. */
    VENDING_KEY_NOT_USABLE(
            Kind.REFUSED,
            "The vending key may not issue credit now",
            "Move the supply group to a key revision that is active."),
    /** The meter's key must change before credit, and the utility does not do that within a sale. */
    KEY_CHANGE_REQUIRED(
            Kind.REFUSED,
            "The meter's key must change first",
            "Issue the key change tokens, or set the utility to change keys with the sale."),
    /** The meter's key must change, and no key change set leads there. */
    KEY_CHANGE_IMPOSSIBLE(
            Kind.REFUSED,
            "No key change leads to the needed key",
            "Correct the meter's record, or let an engineer re-key the meter."),
    /** The last identifier of the base date was used: tokens of this meter have run out. */
    TOKEN_IDENTIFIERS_EXHAUSTED(
            Kind.REFUSED,
            "The meter's token identifiers have run out",
            "Correct the meter's last token identifier, or move the supply group to a key with a later base date."),
    /** The vendor's balance and credit line do not cover the amount. */
    FLOAT_EXHAUSTED(
            Kind.REFUSED,
            "The vendor's float does not cover it",
            "Pay in and let the deposit be confirmed, or offer less."),
    /** The sale has no tokens: it was refused, or is not done yet. */
    SALE_WITHOUT_TOKENS(Kind.REFUSED, "The sale has no tokens", "Ask for the sale; its state says why."),
    /** No phone is registered that tokens could be sent to. */
    PHONE_MISSING(Kind.REFUSED, "No phone is registered", "Register the customer's phone, or print the receipt again."),
    /** The tokens of the sale were sent as often as is allowed on one day. */
    RESEND_LIMIT_REACHED(
            Kind.REFUSED, "Sent often enough today", "Print the receipt again, or send it again tomorrow."),
    /** The security module refused for good. */
    SECURITY_MODULE_REFUSED(
            Kind.REFUSED, "The security module refused", "Read the detail; the utility's key custodian can help."),
    /** The clock stands in a month before that of the account's last purchase. */
    CLOCK_BEHIND(
            Kind.UNAVAILABLE,
            "The clock stands before the last purchase",
            "Set the server's clock right, then send the same request again."),
    /** Another sale for this meter, or this very request, is under way and undecided. */
    SALE_IN_PROGRESS(Kind.UNAVAILABLE, "The sale is under way", "Send the same request again, unchanged."),
    /** The security module gave no answer; the sale stays reserved and recovery completes it. */
    SECURITY_MODULE_UNAVAILABLE(
            Kind.UNAVAILABLE,
            "The security module is not available",
            "Send the same request again, unchanged; no second token can result."),
    /** The database gave no answer; what was not confirmed is found again by its request id. */
    DATABASE_UNAVAILABLE(
            Kind.UNAVAILABLE,
            "The database is not available",
            "Send the same request again, unchanged; no second token can result."),
    /** More requests wait than the desk can serve. */
    OVERLOADED(Kind.OVERLOADED, "Too many requests", "Wait, then send the same request again, unchanged.");

    /** What sort of no it is; channels translate it, for example into a status. */
    public enum Kind {
        /** The request could never be right as it stands. */
        INVALID,
        /** Who asks is not allowed to. */
        DENIED,
        /** Who asks is known, and may not do this. */
        FORBIDDEN,
        /** What it names does not exist. */
        MISSING,
        /** It contradicts what is there. */
        CONFLICT,
        /** A rule of the business forbids it. */
        REFUSED,
        /** Something is down or undecided; repeat. */
        UNAVAILABLE,
        /** Too much at once; wait and repeat. */
        OVERLOADED
    }

    private final Kind kind;
    private final String title;
    private final String remedy;

    RefusalCode(Kind kind, String title, String remedy) {
        this.kind = kind;
        this.title = title;
        this.remedy = remedy;
    }

    public Kind kind() {
        return kind;
    }

    /** The reason in a few words, the same for every refusal of this code. */
    public String title() {
        return title;
    }

    /** What to do about it. */
    public String remedy() {
        return remedy;
    }

    /** Whether the same request, repeated unchanged, may succeed. Such a refusal binds nothing. */
    public boolean retryable() {
        return kind == Kind.UNAVAILABLE || kind == Kind.OVERLOADED;
    }
}
