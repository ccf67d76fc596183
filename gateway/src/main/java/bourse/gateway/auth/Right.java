package bourse.gateway.auth;

import java.util.Locale;

/** What a credential may do; the lower-case names stand in the token's {@code rights} claim. */
public enum Right {
    /** New orders, and all that {@link #CANCEL} may. */
    TRADE,
    /** Sessions and calls that only take risk away: cancel, reduce, mass cancel. */
    CANCEL,
    READ, ADMIN;

    /** The name in a token. */
    public String claim() {
        return name().toLowerCase(Locale.ROOT);
    }

    /** The right of this name, or null. */
    public static Right ofClaim(final String claim) {
        for (final Right right : values()) {
            if (right.claim().equals(claim)) {
                return right;
            }
        }
        return null;
    }
}
