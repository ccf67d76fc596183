package bourse.gateway.auth;

/** A token that is not accepted; the message may be shown to whoever sent it. */
public final class TokenRefusedException extends Exception {
    private static final long serialVersionUID = 1L;

    /** What the sender can do about it. */
    public enum Kind {
        /** Nothing: it is not good. */
        INVALID,
        /** It was good once: get a new one. */
        EXPIRED,
        /** Signed by a key that is not known (yet): the keys are being looked at again, try once more a little later. */
        KEY_UNKNOWN,
        /** The issuer's keys are out of reach: try again later. */
        KEYS_UNAVAILABLE
    }

    private final Kind kind;

    TokenRefusedException(final String message, final Kind kind) {
        super(message, null, false, false);
        this.kind = kind;
    }

    public Kind kind() {
        return kind;
    }

    /** It was good once. */
    public boolean isExpired() {
        return kind == Kind.EXPIRED;
    }
}
